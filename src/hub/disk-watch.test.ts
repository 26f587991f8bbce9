import { expect, test } from 'vitest'
import { DiskWatch } from './disk-watch.ts'

/** A disk of a hundred blocks of this size, so many of them used. */
function given(blockBytes = 4_096) {
  const disk = { used: 0, closed: [] as number[], troubles: 0, broken: false }
  const watch = new DiskWatch({
    folders: ['/data'],
    figures: async () => {
      if (disk.broken) throw new Error('gone')
      return { bsize: blockBytes, blocks: 100, bfree: 100 - disk.used, bavail: 100 - disk.used }
    },
    closed: (from) => disk.closed.push(from),
    trouble: () => {
      disk.troubles += 1
    },
  })
  return { disk, watch }
}

test.each([
  [69, 5],
  [70, 3],
  [80, 2],
  [90, 1],
  [95, 0],
])('at %d %% used, classes are closed from %d on', async (used, from) => {
  const { disk, watch } = given()
  disk.used = used
  await watch.look()
  expect(watch.closedFrom).toBe(from)
})

test('it opens again when there is room again, and says each change once', async () => {
  const { disk, watch } = given()
  for (const used of [50, 96, 96, 72, 10]) {
    disk.used = used
    await watch.look()
  }
  expect(disk.closed).toEqual([0, 3, 5])
})

test('a large disk with much room left is not full', async () => {
  const { disk, watch } = given(2 ** 30 * 10)
  disk.used = 92 // 80 GiB free
  await watch.look()
  expect(watch.closedFrom).toBe(5)
  expect(watch.says).toBe('92 % used, 80.0 GiB free')
})

test('a disk that cannot be looked at changes nothing, and somebody hears of it', async () => {
  const { disk, watch } = given()
  disk.used = 85
  await watch.look()
  disk.broken = true
  await watch.look()
  expect([watch.closedFrom, disk.troubles]).toEqual([2, 1])
})

test('a disk that is elsewhere is said not to be seen', async () => {
  const watch = new DiskWatch({ folders: [], closed: () => {}, trouble: () => {} })
  await watch.look()
  expect(watch.says).toContain('not seen from here')
})
