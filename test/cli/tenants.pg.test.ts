import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { openServer, type Server } from '../../src/hub/server.ts'
import { testDatabase } from '../support/database.ts'

const database = testDatabase()
let folder: string
let server: Server
let own: string
let foreign: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossdock-tenants-'))
  const loud = (what: string, error: unknown) => console.error(what, error)
  const definition = simulatedBusiness({ name: 'acme' })
  server = await openServer({
    definition,
    dataFolder: folder,
    databaseUrl: database.url,
    port: 0,
    say: () => {},
    trouble: loud,
    graceMs: 50,
  })
  own = (await server.keys.make('acme', { name: 'own', scopes: ['*'] })).text
  foreign = (await server.keys.make('globex', { name: 'foreign', scopes: ['*'] })).text
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

test.each([
  '/v1/orders',
  '/v1/systems',
  '/v1/cases',
  '/v1/deliveries',
  '/v1/kpis',
  '/v1/keys',
  '/v1/stuck',
  '/v1/availability?item=ITEM-0001',
  '/v1/search?q=PO-1',
  '/v1/events',
  '/v1/corrections',
  'POST /v1/corrections/retirement',
  '/v1/cases/c-1',
  '/v1/cases/c-1/members',
  '/v1/cases/c-1/trials',
  '/v1/cases/c-1/trials/t-1',
  '/v1/cases/c-1/trials/t-1/members',
  'POST /v1/cases/c-1/trials',
  'POST /v1/cases/c-1/trials/t-1/cancel',
  'POST /v1/cases/c-1/release',
  'POST /v1/cases/c-1/owner',
  'POST /v1/cases/c-1/notes',
  'POST /v1/cases/c-1/close',
  '/v1/replays',
  '/v1/replays/rp0-1',
  '/v1/replays/rp0-1/items',
  'POST /v1/replays',
  'POST /v1/replays/rp0-1/start',
  'POST /v1/replays/rp0-1/pause',
  'POST /v1/replays/rp0-1/resume',
  'POST /v1/replays/rp0-1/cancel',
  'POST /v1/systems/erp/pause',
  'POST /v1/systems/erp/resume',
  '/v1/subjects/parked',
  'POST /v1/subjects/order%2Fo1/resume',
])('a key of another business on the same database opens nothing: %s', async (door) => {
  const [path, method = 'GET'] = door.split(' ').reverse() as [string, string?]
  const ask = (key: string) =>
    fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, accept: 'application/x-ndjson, application/json' },
    })
  expect((await ask(foreign)).status).toBe(401)
  const known = await ask(own)
  expect(known.status).not.toBe(401)
  expect(known.status).not.toBe(405) // the door is there, under this method
})

test('a second server on a port that is taken says so in words and leaves nothing behind', async () => {
  const port = Number(new URL(server.url).port)
  const options = {
    definition: simulatedBusiness({ name: 'acme' }),
    dataFolder: join(folder, 'second'),
    port,
    say: () => {},
    trouble: () => {},
  }
  await expect(openServer(options)).rejects.toMatchObject({ code: 'XD_HUB_PORT_TAKEN' })
  const pushing = { ...options, port: 0, definition: { ...options.definition, sftp: { port } } }
  await expect(openServer(pushing)).rejects.toMatchObject({ code: 'XD_HUB_PORT_TAKEN' })
  expect(existsSync(join(folder, 'second'))).toBe(false)
})
