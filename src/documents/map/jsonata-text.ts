import { createRequire } from 'node:module'
import type parser from 'jsonata'
import { errors } from './errors.ts'

/** Longest text of an expression. */
const LONGEST = 65_536

/** Functions that an expression may not name, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  eval: 'what it does could not be read from the map',
  random: 'the same document must always become the same',
  shuffle: 'the same document must always become the same',
}

const load = createRequire(import.meta.url)

/** The parser; loaded by the first map that is written in JSONata, since it is large. */
export const jsonataParser = (): typeof parser => load('jsonata') as typeof parser

/**
 * Checks the text of an expression when it is declared: it can be read, names no function that is refused, and none of
 * its regular expressions can take for ever by its form.
 */
export function checkText(name: string, text: string): void {
  const refuse = (position: number, why: string): never => {
    throw errors.MAP(name, `${placeIn(text, position)}: ${why}`)
  }
  if (text.length > LONGEST) refuse(0, `it has more than ${LONGEST} characters`)
  let tree: unknown
  try {
    tree = jsonataParser()(text).ast()
  } catch (error) {
    const { position = 0, message = 'it cannot be read' } = error as { position?: number; message?: string }
    refuse(position, message.replace(/\.$/, ''))
  }
  for (const node of nodesOf(tree)) {
    const { type, value, position = 0 } = node
    if (type === 'variable' && typeof value === 'string' && Object.hasOwn(REFUSED, value))
      refuse(position, `$${value} is refused, because ${REFUSED[value]}`)
    if (type === 'regex' && value instanceof RegExp) {
      const why = slowForm(value.source)
      if (why) refuse(position, `/${value.source}/ is refused: ${why}`)
    }
  }
}

/** `line 2, column 5` of an offset. */
export function placeIn(text: string, position: number): string {
  const before = text.slice(0, position).split('\n')
  return `line ${before.length}, column ${(before.at(-1) as string).length + 1}`
}

interface Node {
  readonly type?: unknown
  readonly value?: unknown
  readonly position?: number
}

/** Every object of a syntax tree, once; trees that look up their parents have circles. */
function* nodesOf(root: unknown): Iterable<Node> {
  const seen = new Set<unknown>()
  const open = [root]
  while (open.length > 0) {
    const node = open.pop()
    if (typeof node !== 'object' || node === null || seen.has(node)) continue
    seen.add(node)
    if (!Array.isArray(node)) yield node
    open.push(...Object.values(node))
  }
}

/**
 * What is wrong with a regular expression: a repetition within a repetition, or a part that refers back to another,
 * can take time that doubles with each character. What is slow in other ways is cut off by the clock.
 */
export function slowForm(source: string): string | undefined {
  /** For each open group, whether something in it repeats without an end. */
  const groups: boolean[] = [false]
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at]
    if (sign === '\\') {
      if (/^\\(?:[1-9]|k<)/.test(source.slice(at, at + 3))) return 'it refers back to a part of itself'
      at += 1
    } else if (sign === '[') at = endOfClass(source, at)
    else if (sign === '(') groups.push(false)
    else if (sign === ')') {
      const repeats = groups.pop() ?? false
      if (isEndless(source, at + 1)) {
        if (repeats) return 'a repetition stands within a repetition'
        groups[groups.length - 1] = true
      } else if (repeats) groups[groups.length - 1] = true
    } else if (isEndless(source, at)) groups[groups.length - 1] = true
  }
  return undefined
}

function endOfClass(source: string, from: number): number {
  let at = from + 1
  while (at < source.length && source[at] !== ']') at += source[at] === '\\' ? 2 : 1
  return at
}

const isEndless = (source: string, at: number): boolean => /^(?:[*+]|\{\d+,\})/.test(source.slice(at, at + 12))
