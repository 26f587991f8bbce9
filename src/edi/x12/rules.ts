import { CODES, ELEMENTS } from './elements.ts'
import { GRAMMARS } from './grammars.ts'
import { OTHER_SEGMENTS, SEGMENTS } from './segments.ts'

/**
 * The tables of `elements.ts`, `segments.ts` and `sets/`, made fit for checking bytes: tags and codes are numbers,
 * and the grammar of a set is a table of moves from one place to the next.
 */

export type ElementType = 'AN' | 'ID' | 'DT' | 'TM' | 'R' | 'N' | 'C'

export interface ElementRule {
  readonly reference: number
  readonly name: string
  readonly type: ElementType
  readonly least: number
  readonly most: number
  readonly mandatory: boolean
  /** True when the length is all there is to check. */
  readonly onlyLength: boolean
  /** Allowed codes as {@link packed} numbers. */
  readonly codes: ReadonlySet<number> | undefined
}

export interface SegmentRule {
  readonly tag: string
  readonly elements: readonly ElementRule[]
  /** More elements may follow than the table names. */
  readonly open: boolean
  /** The last mandatory element, 0 when none is. */
  readonly lastMandatory: number
}

/** A place in the grammar of a set: one segment of one loop. */
export interface Slot {
  readonly number: number
  readonly tag: string
  readonly mandatory: boolean
  readonly most: number
  readonly loop: Loop
  readonly index: number
}

/** A loop of a set, begun by its first segment; the outermost one is the set itself. */
export interface Loop {
  readonly number: number
  readonly children: (Slot | Loop)[]
  readonly mandatory: boolean
  readonly most: number
  readonly parent: Loop | undefined
  readonly index: number
}

/** From one slot to the next: where to, what was left out on the way, and which loop begins (again). */
export interface Move {
  readonly slot: Slot
  readonly missing: readonly string[]
  readonly begins: Loop | undefined
  readonly again: boolean
}

/** A tag of a set: its place among them, and what may stand in the segment. */
export interface SetTag {
  readonly tag: string
  readonly place: number
  readonly number: number
  readonly segment: SegmentRule | undefined
}

/** Everything needed to check one kind of set. */
export interface SetRules {
  readonly id: string
  readonly start: Slot
  /** How often each loop came; counted anew when it begins, so one array serves every set. */
  readonly loopCounts: Int32Array
  /** Every segment the set may hold. */
  readonly names: ReadonlySet<string>
  /** The tag of some bytes among the tags of this set; undefined for tags the set does not have. */
  readonly tagAt: (bytes: Uint8Array, start: number, end: number) => SetTag | undefined
  /** What happens when `tag` follows `slot`; undefined when it may not. */
  readonly move: (slot: Slot, tag: SetTag) => Move | undefined
  /** The tag SE, which ends the set. */
  readonly last: SetTag
}

const UNLIMITED = 2 ** 30

/** Up to four ASCII characters as one number, so that codes and tags are compared without making text; -1 for the rest. */
export function packed(bytes: Uint8Array, start: number, end: number): number {
  let number = end - start
  if (number > 4) return -1
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!
    if (byte >= 0x80) return -1
    number = (number << 7) | byte
  }
  return number
}

const packedText = (text: string): number => packed(Buffer.from(text, 'latin1'), 0, text.length)

/** True for every segment X12 has, as far as we know. */
export const isKnownSegment = (tag: string): boolean => known.has(tag)
const known = new Set([...Object.keys(SEGMENTS), ...OTHER_SEGMENTS.split(' ')])

const codeSets = new Map(
  Object.entries(CODES).map(([reference, list]) => [
    reference,
    new Set(list.split(/\s+/).filter(Boolean).map(packedText)) as ReadonlySet<number>,
  ]),
)

function elementRule(token: string): ElementRule {
  const mandatory = token.startsWith('M')
  const reference = mandatory ? token.slice(1) : token
  const [type, lengths, ...name] = (ELEMENTS[reference] as string).split(' ') as [string, string, ...string[]]
  const [least, most] = lengths.split('/').map(Number) as [number, number]
  return {
    reference: Number(reference) || 0,
    name: name.join(' '),
    type: (type.startsWith('N') ? 'N' : type) as ElementType,
    least,
    most,
    mandatory,
    onlyLength: type === 'AN' || (type === 'ID' && !codeSets.has(reference)),
    codes: codeSets.get(reference),
  }
}

function segmentRule(tag: string, text: string): SegmentRule {
  const open = text.endsWith('+')
  const flat = text.replace(/(\d+)x\(([^)]+)\)/g, (_, times: string, group: string) =>
    Array<string>(Number(times)).fill(group).join(' '),
  )
  const elements = flat.replace('+', '').split(' ').filter(Boolean).map(elementRule)
  return { tag, elements, open, lastMandatory: elements.findLastIndex((e) => e.mandatory) + 1 }
}

const segmentRules = new Map(Object.entries(SEGMENTS).map(([tag, text]) => [tag, segmentRule(tag, text)]))

const isLoop = (child: Slot | Loop): child is Loop => 'children' in child

/** Reads the grammar of a set: `TAG!` mandatory, `TAG*` any number of times, `TAG:5` five times, `( … )` a loop. */
function compile(id: string, grammar: string): SetRules {
  const tokens = grammar.match(/\(|\)[!*]*(?::\d+)?|[A-Z][A-Z0-9]{1,2}[!*]*(?::\d+)?/g) ?? []
  const slots: Slot[] = []
  const tags = new Map<number, SetTag>()
  let loops = 0
  let at = 0

  const readLoop = (parent: Loop | undefined): Loop => {
    const loop = { number: loops++, children: [] as (Slot | Loop)[], mandatory: false, most: 1, parent, index: 0 }
    if (parent) loop.index = parent.children.length
    while (at < tokens.length) {
      const token = tokens[at++] as string
      if (token.startsWith(')')) {
        loop.mandatory = token.includes('!')
        loop.most = mostOf(token)
        break
      }
      loop.children.push(token === '(' ? readLoop(loop) : readSlot(token, loop))
    }
    return loop
  }

  const readSlot = (token: string, loop: Loop): Slot => {
    const tag = (/^[A-Z0-9]+/.exec(token) as RegExpExecArray)[0]
    const number = packedText(tag)
    if (!tags.has(number)) tags.set(number, { tag, place: tags.size, number, segment: segmentRules.get(tag) })
    const index = loop.children.length
    const begins = index === 0 && loop.parent !== undefined
    const most = begins ? UNLIMITED : mostOf(token) // a loop's own limit counts its first segment
    const slot = { number: slots.length, tag, mandatory: begins || token.includes('!'), most, loop, index }
    slots.push(slot)
    return slot
  }

  readLoop(undefined)
  return {
    id,
    start: slots[0] as Slot,
    loopCounts: new Int32Array(loops),
    names: new Set(slots.map((slot) => slot.tag)),
    tagAt: tagTable([...tags.values()]),
    move: moveTable(slots.length, tags.size),
    last: tags.get(packedText('SE')) as SetTag,
  }
}

/** A hash table over packed tags; it is asked for every segment of every set, so it makes no garbage. */
function tagTable(tags: readonly SetTag[]): SetRules['tagAt'] {
  const table = new Array<SetTag | undefined>(1024).fill(undefined)
  const home = (number: number): number => Math.imul(number, 0x9e3779b1) >>> 22
  for (const tag of tags) {
    let at = home(tag.number)
    while (table[at]) at = (at + 1) & 1023
    table[at] = tag
  }
  return (bytes, start, end) => {
    const number = packed(bytes, start, end)
    let at = home(number)
    for (;;) {
      const found = table[at]
      if (found === undefined || found.number === number) return found
      at = (at + 1) & 1023
    }
  }
}

/** Moves worked out once and then looked up. */
function moveTable(slots: number, tags: number): SetRules['move'] {
  const moves = new Array<Move | null | undefined>(slots * tags).fill(undefined)
  return (slot, tag) => {
    const key = slot.number * tags + tag.place
    const known = moves[key]
    if (known !== undefined) return known ?? undefined
    const found = findMove(slot, tag.tag)
    moves[key] = found ?? null
    return found
  }
}

function mostOf(token: string): number {
  const limit = /:(\d+)$/.exec(token)
  if (limit) return Number(limit[1])
  return token.includes('*') ? UNLIMITED : 1
}

/** The nearest place for `tag` at or after `slot`: first inside its loop, then in the loops around it. */
function findMove(slot: Slot, tag: string): Move | undefined {
  const missing: string[] = []
  let loop: Loop | undefined = slot.loop
  let from = slot.index
  let first = true
  while (loop) {
    const skipped: string[] = []
    for (let i = from; i < loop.children.length; i++) {
      const child = loop.children[i] as Slot | Loop
      const here = i === from
      const opener = isLoop(child) ? (child.children[0] as Slot) : child
      if (opener.tag === tag && !(first && here && i === 0 && loop.parent)) {
        const begins = isLoop(child) ? child : undefined
        return {
          slot: opener,
          missing: [...missing, ...skipped],
          begins,
          again: here && begins !== undefined && !first,
        }
      }
      if (!here && child.mandatory) skipped.push(opener.tag)
    }
    missing.push(...skipped)
    from = loop.index
    loop = loop.parent
    first = false
  }
  return undefined
}

const compiled = new Map<string, SetRules>()

/** The rules of a set, `undefined` for the sets of which we only check the envelope. */
export function rulesOf(id: string): SetRules | undefined {
  const grammar = GRAMMARS[id]
  if (grammar === undefined) return undefined
  const ready = compiled.get(id)
  if (ready) return ready
  const rules = compile(id, grammar)
  compiled.set(id, rules)
  return rules
}

/** The sets whose segments and elements are checked. */
export const checkedSets = (): readonly string[] => Object.keys(GRAMMARS)
