import { countOf } from '../edi/used-numbers.ts'
import { faultAt, identifierAt, neededIdentifier, type SetReading } from './set-reading.ts'
import { type Segment, segment } from './set-writing.ts'

/** The levels of a hierarchy (HL) while they are read; `L` is what holds for a level and for all below it. */
export interface Levels<L> {
  /** Those with the numbers 1, 2, 3 … in this order, which nearly all are. */
  readonly inOrder: L[]
  others: Map<string, L> | undefined
  /** The last level that can hold others; a level without a parent hangs below it. */
  holder: L | undefined
  count: number
}

/** A hierarchy of which nothing was read. */
export function noLevels<L>(): Levels<L> {
  return { inOrder: [], others: undefined, holder: undefined, count: 0 }
}

function levelNumbered<L>({ inOrder, others }: Levels<L>, number: string): L | undefined {
  const place = placeOf(number)
  return place > 0 && place <= inOrder.length ? inOrder[place - 1] : others?.get(number)
}

/** `12` is 12; 0 for what nobody counts like that, `012` among it. */
function placeOf(number: string): number {
  return number.charCodeAt(0) === ZERO ? 0 : (countOf(number) ?? 0)
}

const ZERO = 0x30

/** Reads HL: what kind of level begins, and the one above it. Shipment and order may hang below none. */
export function readLevel<L>(
  reading: SetReading,
  at: number,
  levels: Levels<L>,
): { number: string; code: string; above: L | undefined } {
  levels.count += 1
  const number = neededIdentifier(reading, at, 1, 'The number of the level')
  const code = neededIdentifier(reading, at, 3, 'The kind of the level')
  if (levelNumbered(levels, number) !== undefined) faultAt(reading, 'HIERARCHY', at, 1, [`level ${number} comes twice`])
  return { number, code, above: levelAbove(reading, at, code, levels) }
}

function levelAbove<L>(reading: SetReading, at: number, code: string, levels: Levels<L>): L | undefined {
  const parent = identifierAt(reading, at, 2)
  if (parent === undefined) return code === 'S' || code === 'O' ? undefined : levels.holder
  const above = levelNumbered(levels, parent)
  if (above === undefined) faultAt(reading, 'HIERARCHY', at, 2, [`there is no level ${parent} before this one`])
  return above
}

/** Keeps a level that was read; items hold nothing. */
export function keepLevel<L>(levels: Levels<L>, number: string, code: string, level: L): void {
  const place = placeOf(number)
  if (place === levels.inOrder.length + 1) levels.inOrder.push(level)
  else if (place > 0 && place <= levels.inOrder.length) levels.inOrder[place - 1] = level
  else {
    levels.others ??= new Map()
    levels.others.set(number, level)
  }
  if (code !== 'I') levels.holder = level
}

/** A level of a hierarchy before it has its number. */
export interface Branch {
  readonly code: 'S' | 'O' | 'T' | 'P' | 'I'
  readonly segments: readonly Segment[]
  readonly below: readonly Branch[]
}

/** Writes a branch and everything below it, numbered from 1 on. */
export function writeHierarchy(root: Branch): { segments: Segment[]; levels: number } {
  const segments: Segment[] = []
  const levels = writeBranch(root, undefined, 0, segments)
  return { segments, levels }
}

function writeBranch(branch: Branch, parent: string | undefined, last: number, into: Segment[]): number {
  const number = String(last + 1)
  into.push(segment('HL', number, parent, branch.code, branch.below.length > 0 ? '1' : '0'), ...branch.segments)
  let count = last + 1
  for (const below of branch.below) count = writeBranch(below, number, count, into)
  return count
}

/** A pack by its number, and the one it stands in. */
export interface Nested {
  readonly number: string
  readonly within?: string
}

/** The packs that hold some of the items, each below the one it stands in, then the items that are in none. */
export function packedBranches<P extends Nested, I extends { readonly pack?: string }>(
  allPacks: readonly P[],
  items: readonly I[],
  packBranch: (pack: P, below: readonly Branch[]) => Branch,
  itemBranch: (item: I) => Branch,
): Branch[] {
  const packs = new Map(allPacks.map((pack) => [pack.number, pack]))
  const used = new Set<string>()
  for (const item of items) {
    let pack = item.pack === undefined ? undefined : packs.get(item.pack)
    while (pack && !used.has(pack.number)) {
      used.add(pack.number)
      pack = pack.within === undefined ? undefined : packs.get(pack.within)
    }
  }
  const inside = Map.groupBy(
    allPacks.filter(({ number }) => used.has(number)),
    ({ within }) => within,
  )
  const held = Map.groupBy(items, ({ pack }) => pack)
  const branches = (within: string | undefined): Branch[] => [
    ...(inside.get(within) ?? []).map((pack) => packBranch(pack, branches(pack.number))),
    ...(held.get(within) ?? []).map(itemBranch),
  ]
  return branches(undefined)
}
