import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { openServer, type Server } from '../../src/hub/server.ts'
import { testDatabase } from '../support/database.ts'

const database = testDatabase()
/** A disk of a hundred blocks, so many of them used. */
const disk = { used: 10 }
let server: Server
let folder: string
let warehouse: string
let shop: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossdock-disk-'))
  server = await openServer({
    definition: { ...simulatedBusiness(), governance: { quotas: { shop: { perSecond: 0.01, burst: 2 } } } },
    dataFolder: folder,
    databaseUrl: database.url,
    port: 0,
    disk: {
      figures: async () => ({ bsize: 4_096, blocks: 100, bfree: 100 - disk.used, bavail: 100 - disk.used }),
    },
    say: () => {},
    trouble: (what, error) => {
      throw new Error(what, { cause: error })
    },
  })
  const keyOf = async (system: string) =>
    (await server.keys.make(server.hub.tenant, { name: system, system, scopes: ['in:write', 'orders:write'] })).text
  warehouse = await keyOf('wms1')
  shop = await keyOf('shop')
})

afterAll(async () => {
  await server?.close()
  await rm(folder, { recursive: true, force: true })
})

const report = (id: string) => ({ id, type: 'inventory.adjusted', occurredAt: '2026-11-28T12:00:00Z', lines: [] })

async function send(path: string, key: string, body: object): Promise<{ status: number; code: string }> {
  const answer = await fetch(server.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': 'k' },
    body: JSON.stringify(body),
  })
  const { code = '' } = (await answer.json()) as { code?: string }
  return { status: answer.status, code }
}

const diskSays = async () => {
  const { checks } = (await (await fetch(`${server.url}/readyz?verbose=true`)).json()) as {
    checks: { name: string; ok: boolean; detail?: string }[]
  }
  return checks.find(({ name }) => name === 'disk')
}

test('at 90 % a warehouse is heard and a shop is not; at 95 % nobody is; with room again both are', async () => {
  expect(await diskSays()).toEqual({ name: 'disk', ok: true, detail: '10 % used, 0.0 GiB free' })
  disk.used = 91
  await vi.waitFor(async () => expect((await diskSays())?.detail).toContain('only class 0'), { timeout: 10_000 })
  expect(await send('/v1/orders', shop, {})).toEqual({ status: 503, code: 'XD_GATEWAY_DISK_NEARLY_FULL' })
  expect((await send('/in/wms1', warehouse, report('w-1'))).status).not.toBe(503)

  disk.used = 96
  await vi.waitFor(async () => expect((await diskSays())?.detail).toContain('nothing is taken in'), { timeout: 10_000 })
  expect(await send('/in/wms1', warehouse, report('w-2'))).toEqual({
    status: 503,
    code: 'XD_GATEWAY_DISK_NEARLY_FULL',
  })

  disk.used = 20
  await vi.waitFor(async () => expect((await diskSays())?.detail).toContain('20 % used'), { timeout: 10_000 })
  expect((await send('/in/wms1', warehouse, report('w-3'))).status).not.toBe(503)
})

test('a shop that has sent its quota is told 429, and the warehouse is heard', async () => {
  const statuses: number[] = []
  for (let nth = 0; nth < 4; nth += 1) statuses.push((await send('/v1/orders', shop, { nth })).status)
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(2)
  expect((await send('/in/wms1', warehouse, report('w-4'))).status).not.toBe(429)
})

test('what was let in and refused is counted by class', async () => {
  const [urgent, orders] = server.admission.counts
  expect(urgent?.accepted).toBeGreaterThan(0)
  expect(orders?.refused.quota).toBeGreaterThan(0)
  expect(orders?.refused.disk).toBeGreaterThan(0)
  const text = server.gateway.metrics.expose()
  expect(text).toMatch(/crossdock_admission_total\{class="1",outcome="disk"\} \d+/)
  expect(text).toContain('crossdock_disk_used_ratio{folder=')
})
