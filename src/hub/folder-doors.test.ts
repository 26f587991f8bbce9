import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { PartnerDefinition } from '../config/define-hub.ts'
import type { Arrival } from '../intake/arrival.ts'
import { openFolderDoors } from './folder-doors.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function desk(partners: readonly Pick<PartnerDefinition, 'name' | 'pickUp'>[], everyMs = 3_600_000) {
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
    now: () => Date.UTC(2026, 0, 5, 8),
  })
  return { dataFolder, doors, taken, troubles }
}

test('a file that a partner drops is taken in its name at the second look, and put aside', async () => {
  const { dataFolder, doors, taken } = desk([{ name: 'bigbox', pickUp: 'bigbox/from' }])
  await doors.poll()
  writeFileSync(join(dataFolder, 'bigbox/from/850.edi'), 'ISA')
  await doors.poll()
  expect(taken).toEqual([])
  await doors.poll()
  expect(taken).toMatchObject([{ tenant: 'acme', system: 'bigbox', channel: 'folder', fileName: '850.edi' }])
  expect(readdirSync(join(dataFolder, 'bigbox/from/done'))).toEqual(['r1-850.edi'])
  await doors.close()
})

test('folders are looked at by themselves until the doors are closed', async () => {
  const { dataFolder, doors, taken } = desk([{ name: 'bigbox', pickUp: 'from' }], 5)
  mkdirSync(join(dataFolder, 'from'))
  writeFileSync(join(dataFolder, 'from/850.edi'), 'ISA')
  await vi.waitFor(() => expect(taken).toHaveLength(1))
  await doors.close()
  writeFileSync(join(dataFolder, 'from/851.edi'), 'ISA')
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
  writeFileSync(join(dataFolder, 'open/850.edi'), 'ISA')
  await doors.poll()
  await doors.poll()
  expect(taken.map((arrival) => arrival.system)).toEqual(['homegoods'])
  expect(new Set(troubles)).toEqual(new Set(['the folder of bigbox could not be looked at']))
  await doors.close()
})
