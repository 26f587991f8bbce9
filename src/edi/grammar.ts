/**
 * The order in which segments may come, as a table of moves from one place to the next: X12 sets and EDIFACT messages alike.
 * Tags and codes are numbers, so that bytes are compared without making text.
 */

/** A place in a grammar: one segment of one loop. */
export interface Slot {
  readonly number: number
  readonly tag: string
  readonly mandatory: boolean
  readonly most: number
  readonly loop: Loop
  readonly index: number
}

/** A loop (X12) or segment group (EDIFACT), begun by its first segment; the outermost one is the whole. */
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

/** A tag of a grammar: its place among them, and what may stand in the segment. */
export interface GrammarTag<S> {
  readonly tag: string
  readonly place: number
  readonly number: number
  readonly segment: S | undefined
}

/** Everything needed to walk the segments of one kind of set or message. */
export interface Grammar<S> {
  readonly id: string
  readonly start: Slot
  /** How often each loop came; counted anew when it begins, so one array serves every set. */
  readonly loopCounts: Int32Array
  /** Every segment that may come. */
  readonly names: ReadonlySet<string>
  /** The tag of some bytes among these tags; undefined for others. */
  readonly tagAt: (bytes: Uint8Array, start: number, end: number) => GrammarTag<S> | undefined
  /** What happens when `tag` follows `slot`; undefined when it may not. */
  readonly move: (slot: Slot, tag: GrammarTag<S>) => Move | undefined
  /** The tag that ends it, SE or UNT. */
  readonly last: GrammarTag<S>
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

/** {@link packed} for text that is known to be short. */
export const packedText = (text: string): number => packed(Buffer.from(text, 'latin1'), 0, text.length)

const isLoop = (child: Slot | Loop): child is Loop => 'children' in child

/**
 * Reads a grammar: `TAG!` mandatory, `TAG*` any number of times, `TAG:5` five times, `( … )` a loop; `)!` one that must come.
 * `segmentOf` says what may stand in a segment, `last` is the tag that ends the whole.
 */
export function compile<S>(
  id: string,
  grammar: string,
  last: string,
  segmentOf: (tag: string) => S | undefined,
): Grammar<S> {
  const tokens = grammar.match(/\(|\)[!*]*(?::\d+)?|[A-Z][A-Z0-9]{1,2}[!*]*(?::\d+)?/g) ?? []
  const slots: Slot[] = []
  const tags = new Map<number, GrammarTag<S>>()
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
    if (!tags.has(number)) tags.set(number, { tag, place: tags.size, number, segment: segmentOf(tag) })
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
    last: tags.get(packedText(last)) as GrammarTag<S>,
  }
}

/** A hash table over packed tags; it is asked for every segment of every set, so it makes no garbage. */
function tagTable<S>(tags: readonly GrammarTag<S>[]): Grammar<S>['tagAt'] {
  const table = new Array<GrammarTag<S> | undefined>(1024).fill(undefined)
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
function moveTable<S>(slots: number, tags: number): Grammar<S>['move'] {
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
