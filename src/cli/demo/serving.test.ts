import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LANDSCAPE_FILE } from '../landscape/landscape-file.ts'
import { refuseAnotherPort } from './serving.ts'

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'crossdock-demo-'))
})
afterEach(() => rm(data, { recursive: true, force: true }))

const landscape = (hub?: string) => writeFile(join(data, LANDSCAPE_FILE), JSON.stringify({ pid: 1, hub }))

test('simulated systems that run on are taken over at their own port, and at no other', async () => {
  await landscape('http://127.0.0.1:7640')
  expect(() => refuseAnotherPort(data, 7640)).not.toThrow()
  expect(() => refuseAnotherPort(data, 7420)).toThrow('expect their hub at http://127.0.0.1:7640')
})

test('those of an earlier release, which did not say where, are taken over as before', async () => {
  await landscape()
  expect(() => refuseAnotherPort(data, 7420)).not.toThrow()
})
