import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sample } from '../../src/hub/partner-bench/samples.ts'

/** Below this folder each partner has its profile and its files, in both directions. */
const FOLDER = import.meta.dirname

/** The good files of a partner, to be spoilt: segments are named as with `*` between elements, whatever the partner uses. */
export class SampleFiles {
  readonly #texts = new Map<string, string>()

  constructor(partner: string) {
    const folder = join(FOLDER, partner)
    for (const name of readdirSync(folder)
      .filter((file) => file.endsWith('.edi'))
      .sort())
      this.#texts.set(name, readFileSync(join(folder, name), 'latin1'))
  }

  get samples(): Sample[] {
    return [...this.#texts].map(([name, text]) => ({ name, bytes: Buffer.from(text, 'latin1') }))
  }

  /** Paths, for the command. */
  static paths(partner: string): string[] {
    return new SampleFiles(partner).samples.map(({ name }) => join(FOLDER, partner, name))
  }

  /** Other text in the place of text that is there. Counts of segments stay as they are. */
  replace(file: string, from: string, to: string): this {
    const text = this.#text(file)
    const found = this.#own(text, from)
    if (!text.includes(found)) throw new Error(`${file} has no ${from}`)
    return this.#set(file, text.replace(found, this.#own(text, to)))
  }

  /** Without the segments that begin like this, sealed again. */
  drop(file: string, start: string): this {
    const lines = this.#text(file).split('\n')
    const own = this.#own(lines[0] as string, start)
    const left = lines.filter((line) => !line.startsWith(own))
    if (left.length === lines.length) throw new Error(`${file} has no ${start}`)
    return this.#set(file, sealed(left))
  }

  /** A segment more behind the first one that begins like this, sealed again. */
  add(file: string, behind: string, segment: string): this {
    const lines = this.#text(file).split('\n')
    const at = lines.findIndex((line) => line.startsWith(this.#own(lines[0] as string, behind)))
    if (at < 0) throw new Error(`${file} has no ${behind}`)
    const terminator = (lines[at] as string).slice(-1)
    lines.splice(at + 1, 0, `${this.#own(lines[0] as string, segment)}${terminator}`)
    return this.#set(file, sealed(lines))
  }

  /** The same file once more under another name, and other control numbers. */
  copy(file: string, name: string, from: string, to: string): this {
    this.#set(name, this.#text(file))
    this.#set(name, this.#text(name).replaceAll(from, to))
    return this
  }

  /** Without a whole file. */
  remove(file: string): this {
    this.#texts.delete(file)
    return this
  }

  /** Everything from here on is cut off. */
  cut(file: string, start: string): this {
    const text = this.#text(file)
    return this.#set(file, text.slice(0, text.indexOf(`\n${this.#own(text, start)}`) + 1))
  }

  #text(file: string): string {
    const text = this.#texts.get(file)
    if (text === undefined) throw new Error(`There is no ${file}`)
    return text
  }

  #set(file: string, text: string): this {
    this.#texts.set(file, text)
    return this
  }

  /** What stands behind ISA is the separator of the file. */
  #own(text: string, segment: string): string {
    return segment.replaceAll('*', text.charAt(3))
  }
}

/** SE says how many segments there are, again. */
function sealed(lines: readonly string[]): string {
  let begins = 0
  return lines
    .map((line, at) => {
      if (line.startsWith('ST')) begins = at
      if (!line.startsWith('SE')) return line
      const separator = line.charAt(2)
      const [tag, , ...rest] = line.split(separator)
      return [tag, String(at - begins + 1), ...rest].join(separator)
    })
    .join('\n')
}
