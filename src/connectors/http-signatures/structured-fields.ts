/**
 * What message signatures need of structured fields (RFC 9651): dictionaries whose members are items or inner lists, with
 * parameters. A text that is none is told from one that is; nothing is guessed.
 */

/** A bare item: its value, and its text as it is written again. */
export interface Bare {
  readonly value: string | number | boolean | Buffer
  readonly text: string
}

export type Parameters = ReadonlyMap<string, Bare>

/** A member of a dictionary: one item, or an inner list of them. */
export interface Member {
  readonly items: readonly { readonly item: Bare; readonly parameters: Parameters }[]
  readonly isList: boolean
  /** Those of the list. */
  readonly parameters: Parameters
}

/** A dictionary's members by their keys; undefined when the text is no dictionary. */
export function readDictionary(text: string): Map<string, Member> | undefined {
  const reader = new Reader(text)
  const members = reader.dictionary()
  return reader.isWhole ? members : undefined
}

/** Parameters as they are written behind what they belong to. */
export function parametersText(parameters: Parameters): string {
  return [...parameters].map(([key, { text }]) => (text === '?1' ? `;${key}` : `;${key}=${text}`)).join('')
}

/** A string as an item. */
export const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

/** Bytes as an item. */
export const bytesText = (bytes: Buffer): string => `:${bytes.toString('base64')}:`

const NONE: Parameters = new Map()
const KEY = /[a-z*][a-z0-9_\-.*]*/y
const NUMBER = /-?\d{1,15}(?:\.\d{1,3})?/y
const STRING = /"(?:[ !#-[\]-~]|\\["\\])*"/y
const BYTES = /:(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?:/y
const TOKEN = /[A-Za-z*][\w!#$%&'*+\-.^`|~:/]*/y
const BOOLEAN = /\?[01]/y

class Reader {
  readonly #text: string
  #at = 0
  #isGood = true

  constructor(text: string) {
    this.#text = text.trim()
  }

  get isWhole(): boolean {
    return this.#isGood && this.#at === this.#text.length
  }

  dictionary(): Map<string, Member> {
    const members = new Map<string, Member>()
    while (this.#isGood && this.#at < this.#text.length) {
      if (members.size > 0 && !this.#comma()) break
      const key = this.#match(KEY)
      members.set(key, this.#skip('=') ? this.#member() : this.#flag())
    }
    return members
  }

  #comma(): boolean {
    this.#spaces()
    const isThere = this.#skip(',')
    this.#spaces()
    if (!isThere || this.#at === this.#text.length) this.#isGood = false
    return this.#isGood
  }

  #flag(): Member {
    return {
      items: [{ item: { value: true, text: '?1' }, parameters: NONE }],
      isList: false,
      parameters: this.#params(),
    }
  }

  #member(): Member {
    if (!this.#skip('('))
      return { items: [{ item: this.#bare(), parameters: NONE }], isList: false, parameters: this.#params() }
    const items: { item: Bare; parameters: Parameters }[] = []
    for (;;) {
      const gap = this.#spaces()
      if (this.#skip(')')) break
      if (!this.#isGood || (items.length > 0 && gap === 0) || this.#at === this.#text.length) {
        this.#isGood = false
        break
      }
      items.push({ item: this.#bare(), parameters: this.#params() })
    }
    return { items, isList: true, parameters: this.#params() }
  }

  #params(): Parameters {
    if (this.#text[this.#at] !== ';') return NONE
    const parameters = new Map<string, Bare>()
    while (this.#isGood && this.#skip(';')) {
      this.#spaces()
      const key = this.#match(KEY)
      parameters.set(key, this.#skip('=') ? this.#bare() : { value: true, text: '?1' })
    }
    return parameters
  }

  #bare(): Bare {
    const first = this.#text[this.#at] ?? ''
    if (first === '"') return this.#item(STRING, (text) => text.slice(1, -1).replace(/\\(["\\])/g, '$1'))
    if (first === ':') return this.#item(BYTES, (text) => Buffer.from(text.slice(1, -1), 'base64'))
    if (first === '?') return this.#item(BOOLEAN, (text) => text === '?1')
    if (/[-\d]/.test(first)) return this.#item(NUMBER, Number)
    return this.#item(TOKEN, (text) => text)
  }

  #item(pattern: RegExp, read: (text: string) => Bare['value']): Bare {
    const text = this.#match(pattern)
    return { value: read(text), text }
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    if (found === '') this.#isGood = false
    this.#at += found.length
    return found
  }

  #skip(sign: string): boolean {
    const isThere = this.#text[this.#at] === sign
    if (isThere) this.#at += 1
    return isThere
  }

  #spaces(): number {
    const before = this.#at
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at += 1
    return this.#at - before
  }
}
