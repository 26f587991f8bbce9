import type { Store, WalkStart } from '../store/contract.ts'
import { CLASSES, classOf, type WorkloadClass } from './classes.ts'
import { type Lot, MOST_IN_MEMORY, WINDOW } from './lot.ts'
import { placeOf } from './parcel.ts'
import type { Group } from './shelf.ts'
import { type Waiting, waitingOf, waitingTable, waitingWalk, walkPlaceOf } from './waiting.ts'

/** Parcels of one group that are read back at once; read again when half of them are gone. */
const MOST_OF_GROUP = 1_000
const LEAST_OF_GROUP = 8
/** Groups of one class that are asked for in one go. */
const GROUPS_AT_ONCE = 200
/** Rows of one chain that are read in one go: what stands before a request that is due. */
const MOST_OF_CHAIN = 500

/** What reading back needs. */
export interface ReadBackPorts {
  readonly store: Store
  readonly lanes: () => readonly number[]
  /** Changes when lanes are taken or lost: what was read before does not count any more. */
  readonly generation: () => number
  /** Takes a request that was read back, with its chain before it in memory. */
  readonly enqueue: (lot: Lot, waiting: Waiting, group: Group) => void
}

/**
 * Fills the window of a target from disk: for each class and partner the oldest requests, and before each whatever of
 * its chain stands before it, of any class. So a chain keeps its order, and a request of a high class brings along
 * what it has to wait for. Answers how many requests came.
 */
export async function readBack(lot: Lot, ports: ReadBackPorts): Promise<number> {
  let came = 0
  for (let workloadClass = 0; workloadClass < CLASSES; workloadClass += 1) {
    const groups = hungry(lot, workloadClass as WorkloadClass)
    if (groups.length > 0) came += await readGroups(lot, workloadClass as WorkloadClass, groups, ports)
  }
  return came
}

/** Whether {@link readBack} would read anything now. */
export function isHungry(lot: Lot): boolean {
  if (lot.queued >= MOST_IN_MEMORY) return false
  const share = shareOf(lot)
  for (const group of lot.shelf.groups.values()) if (group.unread && group.inMemory * 2 <= share) return true
  return false
}

function hungry(lot: Lot, workloadClass: WorkloadClass): Group[] {
  if (lot.queued >= MOST_IN_MEMORY) return []
  const share = shareOf(lot)
  const groups = [...lot.shelf.groups.values()].filter(
    (group) => group.class === workloadClass && group.unread && group.inMemory * 2 <= share,
  )
  // Who has least in memory comes first; with many partners the others come with the next reading.
  return groups.sort((a, b) => a.inMemory - b.inMemory).slice(0, GROUPS_AT_ONCE)
}

function shareOf(lot: Lot): number {
  let unread = 0
  for (const group of lot.shelf.groups.values()) if (group.unread) unread += 1
  return Math.min(MOST_OF_GROUP, Math.max(LEAST_OF_GROUP, Math.floor(WINDOW / Math.max(1, unread))))
}

async function readGroups(
  lot: Lot,
  workloadClass: WorkloadClass,
  groups: readonly Group[],
  { store, lanes, generation, enqueue }: ReadBackPorts,
): Promise<number> {
  const from = generation()
  for (const group of groups) group.pass ??= { puts: group.puts, left: false, behind: 0 }
  const limitEach = shareOf(lot)
  const starts: WalkStart[] = groups.map((group) => ({ group: group.partner, after: group.after }))
  const walk = waitingWalk(lot.target.name, workloadClass, 'waiting')
  const named = (await store.walk(walk, lanes(), starts, limitEach)).map(waitingOf)
  const chains = await readChains(lot, named, store)
  if (generation() !== from) return 0

  const { came, behind, left } = bringIn(lot, chains, enqueue)
  const byPartner = Map.groupBy(named, ({ request }) => request.partner ?? '')
  for (const group of groups) {
    const rows = byPartner.get(group.partner) ?? []
    const pass = group.pass ?? { puts: -1, left: true, behind: 0 } // it was told to begin anew meanwhile
    pass.left ||= rows.some(({ request }) => left.has(request.chain))
    pass.behind += rows.filter(({ request }) => behind.has(request.chain)).length
    const last = rows.at(-1)
    if (last && rows.length >= limitEach) group.after = walkPlaceOf(last.request)
    else if (pass.puts === group.puts && !pass.left) lot.shelf.readOut(group, pass.behind)
    else lot.shelf.again(group)
  }
  return came
}

/** The rows of each named chain from what of it is in memory up to the last one named, in order. */
async function readChains(lot: Lot, named: readonly Waiting[], store: Store): Promise<Waiting[][]> {
  const last = new Map<string, Waiting>()
  for (const waiting of named) {
    const { chain, position } = waiting.request
    const known = last.get(chain)
    if (!known || known.request.position < position) last.set(chain, waiting)
  }
  const ranges = [...last.values()].map(({ request: { lane, subject, chain, position } }) => ({
    lane,
    subject,
    after: lot.tailOf(chain),
    upTo: position,
  }))
  const rows = (await store.readRanges(waitingTable, ranges, MOST_OF_CHAIN)).map(waitingOf)
  const found = Map.groupBy(
    rows.filter(({ request }) => request.target === lot.target.name && last.has(request.chain)),
    ({ request }) => request.chain,
  )
  return [...found.values()]
}

/** Puts chains into memory, each up to what waits for a person or is on its way elsewhere. */
function bringIn(lot: Lot, chains: readonly Waiting[][], enqueue: ReadBackPorts['enqueue']) {
  const { shelf } = lot
  const [behind, left] = [new Set<string>(), new Set<string>()]
  let came = 0
  for (const rows of chains) {
    const chain = rows[0]?.request.chain ?? ''
    if (shelf.isPutting(chain)) {
      left.add(chain) // something of it that may stand before these is still on its way to disk
      continue
    }
    if (rows.length >= MOST_OF_CHAIN) left.add(chain)
    for (const waiting of rows) {
      const { request } = waiting
      if (request.position <= lot.tailOf(chain)) continue
      if (shelf.isHeld(placeOf(request))) {
        left.add(chain) // it is just leaving; once that is written, what follows is looked at again
        break
      }
      if (waiting.state !== 'waiting') {
        shelf.block(chain, request.lane)
        behind.add(chain)
        break
      }
      shelf.unblock(chain)
      const group = shelf.groupOf(classOf(request), request.partner ?? '')
      group.count = Math.max(0, group.count - 1)
      enqueue(lot, waiting, group)
      came += 1
    }
  }
  return { came, behind, left }
}
