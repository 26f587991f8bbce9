import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { PartnerDefinition } from '../config/define-hub.ts'
import { localFolder } from '../connectors/folder/index.ts'
import type { Arrival } from '../intake/arrival.ts'
import { openFolderDoors } from './folder-doors.ts'

/** An interchange with its trailer. */
const whole = "UNB+UNOC:3+A:14+B:14+260105:0800+1'UNZ+0+1'"

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function desk(
  partners: readonly Pick<PartnerDefinition, 'name' | 'pickUp'>[],
  { everyMs = 3_600_000, now = Date.now } = {},
) {
  const dataFolder = mkdtempSync(join(tmpdir(), 'doors-'))
  folders.push(dataFolder)
  const taken: Arrival[] = []
  const troubles: string[] = []
  const submit = async (arrival: Arrival) => {
    taken.push(arrival)
    return { status: 202, body: {}, receipt: `r${taken.length}` }
  }
  const doors = openFolderDoors({
    definition: { partners: partners as readonly PartnerDefinition[] },
    hub: { tenant: 'acme', intake: { submit } as never },
    dataFolder,
    trouble: (what) => troubles.push(what),
    everyMs,
    now,
  })
  return { dataFolder, doors, taken, troubles }
}

test('a file that a partner drops is taken in its name at the second look, and put aside', async () => {
  const { dataFolder, doors, taken } = desk([{ name: 'bigbox', pickUp: 'bigbox/from' }])
  await doors.poll()
  writeFileSync(join(dataFolder, 'bigbox/from/850.edi'), whole)
  await doors.poll()
  expect(taken).toEqual([])
  await doors.poll()
  expect(taken).toMatchObject([{ tenant: 'acme', system: 'bigbox', channel: 'folder', fileName: '850.edi' }])
  expect(readdirSync(join(dataFolder, 'bigbox/from/done'))).toEqual(['r1-850.edi'])
  await doors.close()
})

test('S01: a writer that pauses loses nothing; with a marker it says itself when it is done', async () => {
  let now = Date.now() + 3_600_000
  const { dataFolder, doors, taken } = desk(
    [
      { name: 'paused', pickUp: 'paused' },
      { name: 'marked', pickUp: localFolder({ folder: 'marked', every: '1h', marker: '.done' }) },
    ],
    { now: () => now },
  )
  const look = async (afterMs: number) => {
    now += afterMs
    await doors.poll()
  }
  await look(0)
  writeFileSync(join(dataFolder, 'marked/stock.csv'), 'sku\n')
  writeFileSync(join(dataFolder, 'paused/orders.csv'), 'PO\n1\n')
  for (const afterMs of [500, 500, 4_000]) await look(afterMs)
  appendFileSync(join(dataFolder, 'paused/orders.csv'), '2\n')
  for (const afterMs of [500, 4_500]) await look(afterMs)
  expect(taken).toEqual([])
  await look(500)
  expect(taken.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['PO\n1\n2\n'])
  writeFileSync(join(dataFolder, 'marked/stock.csv.done'), '')
  await look(500)
  expect(taken.map(({ system }) => system)).toEqual(['paused', 'marked'])
  await doors.close()
  expect(readdirSync(join(dataFolder, 'marked'))).toEqual(['done', 'refused'])
  expect(readdirSync(join(dataFolder, 'marked/done'))).toEqual(['r2-stock.csv', 'r2-stock.csv.done'])
})

test('folders are looked at by themselves until the doors are closed', async () => {
  const { dataFolder, doors, taken } = desk([{ name: 'bigbox', pickUp: 'from' }], { everyMs: 5 })
  mkdirSync(join(dataFolder, 'from'))
  writeFileSync(join(dataFolder, 'from/850.edi'), whole)
  await vi.waitFor(() => expect(taken).toHaveLength(1))
  await doors.close()
  writeFileSync(join(dataFolder, 'from/851.edi'), whole)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(taken).toHaveLength(1)
})

test('a folder that cannot be read is told of, and holds back no other', async () => {
  const { dataFolder, doors, taken, troubles } = desk([
    { name: 'bigbox', pickUp: 'blocked' },
    { name: 'homegoods', pickUp: 'open' },
    { name: 'mailed' },
  ])
  writeFileSync(join(dataFolder, 'blocked'), 'a file where a folder should be')
  await doors.poll()
  writeFileSync(join(dataFolder, 'open/850.edi'), whole)
  await doors.poll()
  await doors.poll()
  expect(taken.map((arrival) => arrival.system)).toEqual(['homegoods'])
  expect(new Set(troubles)).toEqual(new Set(['the folder of bigbox could not be looked at']))
  await doors.close()
})
