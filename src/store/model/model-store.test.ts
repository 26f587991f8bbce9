import { expect, test } from 'vitest'
import { CommitFailed, type LaneRow, type TurnWrites } from '../contract.ts'
import { ModelDatabase } from './model-database.ts'
import { type ModelFaults, openModelStore } from './model-store.ts'

const turnOf = (lane: LaneRow, ...subjects: string[]): TurnWrites => ({
  lanes: [
    { lane: lane.lane, epoch: lane.epoch, oldHead: lane.head, newHead: lane.head + subjects.length, delivered: 0 },
  ],
  entries: subjects.map((subject, nth) => ({
    lane: lane.lane,
    position: lane.head + 1 + nth,
    type: 1,
    subject,
    at: 0,
    body: Buffer.from([nth]),
  })),
  receipts: [],
  keys: [],
  upserts: new Map(),
  deletes: new Map(),
  inbox: [],
  inboxDone: [],
  marks: new Uint8Array(),
  at: 0,
})

async function opened(faults: ModelFaults = {}) {
  const disk = new ModelDatabase({ now: () => 1_000 })
  const store = openModelStore(disk, { faults })
  const lane = (await store.takeLanes('us', [{ lane: 3, epoch: 0 }]))[0] as LaneRow
  return { disk, store, lane }
}

const reasonOf = (commit: Promise<void>) =>
  commit.then(
    () => 'committed',
    (error: unknown) => (error instanceof CommitFailed ? error.reason : String(error)),
  )

test('what was committed survives a crash, what another session reads is that', async () => {
  const { disk, store, lane } = await opened()
  await store.commit(turnOf(lane, 'a', 'b'))
  store.crash()
  const next = openModelStore(disk)
  expect((await next.readLane(3, 0, 10)).map((entry) => entry.subject)).toEqual(['a', 'b'])
  expect((await next.readSubject('b')).map((entry) => entry.position)).toEqual([2])
})

test('a commit that is lost before the database had it is unknown, and settling finds nothing', async () => {
  const { store, lane } = await opened({
    beforeCommit: () => {
      throw new Error('cable cut')
    },
  })
  expect(await reasonOf(store.commit(turnOf(lane, 'a')))).toBe('unknown')
  expect(await store.settle([3])).toEqual([lane])
})

test('a commit whose answer is lost is unknown, and settling finds it', async () => {
  const { store, lane } = await opened({
    afterCommit: () => {
      throw new Error('cable cut')
    },
  })
  expect(await reasonOf(store.commit(turnOf(lane, 'a')))).toBe('unknown')
  expect(await store.settle([3])).toEqual([{ ...lane, head: 1 }])
})

test('a commit still under way when the connection is lost never happens once it was settled', async () => {
  const { promise: arrives, resolve: letArrive } = Promise.withResolvers<void>()
  const { disk, store, lane } = await opened({ beforeCommit: () => arrives })
  const commit = reasonOf(store.commit(turnOf(lane, 'late')))
  await Promise.resolve()
  store.disconnect()
  expect(await commit).toBe('unknown')
  expect(await store.settle([3])).toEqual([lane])

  letArrive()
  await new Promise((later) => setImmediate(later))
  expect(disk.lanes[3]?.head).toBe(0)
})

test('a hook may decide the outcome itself', async () => {
  const { store, lane } = await opened({
    beforeCommit: () => {
      throw new CommitFailed('conflict', 'planted')
    },
  })
  expect(await reasonOf(store.commit(turnOf(lane, 'a')))).toBe('conflict')
})

test('a crashed process is never answered', async () => {
  const { store, lane } = await opened()
  let answers = 0
  const count = () => {
    answers += 1
  }
  store.commit(turnOf(lane, 'a')).then(count, count)
  store.readLane(3, 0, 1).then(count, count)
  store.crash()
  store.lanes().then(count, count)
  await new Promise((later) => setImmediate(later))
  expect(answers).toBe(0)
})

test('the advisory lock of an instance falls with its session and keeps a second process of its name out', async () => {
  const { disk, store } = await opened()
  const other = openModelStore(disk)
  await store.register('us', 'here')
  await expect(other.register('us', 'there')).rejects.toMatchObject({ code: 'XD_STORE_INSTANCE_TAKEN' })
  expect(await other.instances()).toEqual([{ id: 'us', address: 'here', silentMs: 0, alive: true }])
  store.crash()
  expect(await other.instances()).toMatchObject([{ id: 'us', alive: false }])
  await other.register('us', 'there')
})

test('after a lost connection the next call takes the lock back', async () => {
  const { disk, store } = await opened()
  const other = openModelStore(disk)
  await store.register('us', 'here')
  store.disconnect()
  expect(await other.instances()).toMatchObject([{ alive: false }])
  await store.heartbeat('us')
  expect(await other.instances()).toMatchObject([{ alive: true }])
})

test('the disk keeps its own bytes: a writer may use its buffer again', async () => {
  const { store, lane } = await opened()
  const turn = turnOf(lane, 'a')
  await store.commit(turn)
  turn.entries[0]?.body.fill(99)
  expect((await store.readLane(3, 0, 1))[0]?.body).toEqual(Buffer.from([0]))
})
