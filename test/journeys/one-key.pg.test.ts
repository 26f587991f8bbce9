/** One key, however often and from wherever it comes: over real sockets, on real hubs and a real database. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { systemScheduler } from '../../src/base/scheduler.ts'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { type Simulated, simulate } from '../../src/cli/landscape/in-process.ts'
import { openServer, type Server } from '../../src/hub/server.ts'
import { testDatabase } from '../support/database.ts'
import { record } from '../support/record.ts'

const POSTS = 1_000

const database = testDatabase()
const servers: Server[] = []
let folder: string
let simulated: Simulated
let key: string
/** What was seen, for each key whose test passed: postings beyond the first, answers beyond the first, the answer to another body. */
const seen: { posts: number; secondEffects: number; differentAnswers: number; otherBody: number }[] = []

async function open(name: string): Promise<Server> {
  const server = await openServer({
    definition: simulatedBusiness({ name: 'acme' }),
    dataFolder: join(folder, name),
    databaseUrl: database.url,
    port: 0,
    connectors: simulated.connectors,
    say: () => undefined,
    trouble: (what, error) => console.error(what, error),
    graceMs: 50,
  })
  servers.push(server)
  return server
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossdock-one-key-'))
  simulated = simulate({
    seed: 7,
    clock: systemClock,
    scheduler: systemScheduler,
    items: 20,
    customers: 3,
    facilities: { DC1: [80, 400], DC2: [80, 400] },
  })
  const first = await open('first')
  simulated.hub = first.hub
  await simulated.erp.exportMasters()
  for (const warehouse of simulated.warehouses) warehouse.count()
  key = (await first.keys.make('acme', { name: 'shop', scopes: ['*'] })).text
})
afterAll(async () => {
  const sum = (of: (one: (typeof seen)[number]) => number) => seen.reduce((total, one) => total + of(one), 0)
  const figures = {
    postsOfOneKey: sum(({ posts }) => posts),
    keys: seen.length,
    secondEffects: sum(({ secondEffects }) => secondEffects),
    differentAnswers: sum(({ differentAnswers }) => differentAnswers),
    otherBody: [...new Set(seen.map(({ otherBody }) => otherBody))].join(', '),
  }
  if (seen.length === 2) record('idempotency', figures, 'npm test -- test/journeys/one-key.pg.test.ts')
  for (const server of servers) await server.close()
  await rm(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly body: string
  readonly retryAfter: string | undefined
  readonly replayed: boolean
}

/** One POST on a socket of its own. */
function post(server: Server, idempotencyKey: string, body: string): Promise<Answer> {
  const { hostname, port } = new URL(server.url)
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'idempotency-key': idempotencyKey,
  }
  return new Promise((resolve, reject) => {
    const asked = request(
      { hostname, port, path: '/in/shop/orders', method: 'POST', headers, agent: false },
      (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            body: Buffer.concat(parts).toString('utf8'),
            retryAfter: answer.headers['retry-after'],
            replayed: answer.headers['idempotency-replayed'] !== undefined,
          }),
        )
      },
    )
    asked.on('error', reject)
    asked.end(body)
  })
}

/** Asks again with the same key for as long as the answer is to come back later; each such answer has to say when. */
async function untilFinal(server: Server, idempotencyKey: string, body: string): Promise<Answer & { later: number }> {
  for (let later = 0; ; later += 1) {
    const answer = await post(server, idempotencyKey, body)
    if (![409, 429, 503].includes(answer.status)) return { ...answer, later }
    expect(answer.retryAfter, `${answer.status} says when to come back`).toMatch(/^\d+$/)
    expect(later, 'it is answered in the end').toBeLessThan(200)
    await pause(50 + 10 * (later % 20))
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

/** How many times the ERP has posted the order with this number of the customer's; waits until it has. */
async function posted(order: string): Promise<number> {
  const count = () =>
    [...simulated.erp.ledger.rows()].filter(
      ({ kind, what, order: of }) => kind === 'effect' && what === 'order.post' && of === order,
    ).length
  for (let tries = 0; count() === 0 && tries < 400; tries += 1) await pause(50)
  await pause(200)
  return count()
}

const orderOf = ({ body }: Answer) => (JSON.parse(body) as { order?: string; id?: string }).order ?? JSON.parse(body).id

async function oneEffect(at: (index: number) => Server, index: number): Promise<void> {
  const document = simulated.shop.document(index)
  const idempotencyKey = `one-key-${index}`
  const body = JSON.stringify(document)
  const answers = await Promise.all(
    Array.from({ length: POSTS }, (_, nth) => untilFinal(at(nth), idempotencyKey, body)),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
  const different = new Set(answers.map((answer) => digest(answer.body))).size
  expect(different).toBe(1)
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1)

  const first = answers[0] as Answer
  expect(await posted(orderOf(first))).toBe(1)
  const { rows } = await ordersOf(document.number)
  expect(rows).toBe(1)

  const [line, ...lines] = document.lines
  const other = { ...document, lines: [{ ...line, quantity: '7777' }, ...lines] }
  const refused = await untilFinal(at(1), idempotencyKey, JSON.stringify(other))
  expect(refused.status).toBe(422)
  expect((await untilFinal(at(0), idempotencyKey, body)).body).toBe(first.body)
  const effects = await posted(orderOf(first))
  expect(effects).toBe(1)
  seen.push({
    posts: answers.length,
    secondEffects: effects - 1,
    differentAnswers: different - 1,
    otherBody: refused.status,
  })
  const later = answers.reduce((sum, answer) => sum + answer.later, 0)
  process.stdout.write(
    `${POSTS} posts of one key: ${effects} effect, ${different} answer; ${later} were asked to come again\n`,
  )
}

async function ordersOf(customerOrder: string): Promise<{ rows: number }> {
  const [row] = await database.query<{ rows: number }>(
    `select count(*)::int4 as rows from journal where type = 1 and convert_from(body, 'UTF8') like $1`,
    [`%"${customerOrder}"%`],
  )
  return row as { rows: number }
}

test('1,000 posts of one key at once, each on a socket of its own, give one order, one posting and one answer', {
  timeout: 240_000,
}, async () => {
  const [only] = servers as [Server]
  await oneEffect(() => only, 1)
})

test('the same at two instances on one database, 500 each', { timeout: 240_000 }, async () => {
  await open('second')
  for (let tries = 0; servers.some(({ hub }) => hub.core.ownership.living < 2) && tries < 200; tries += 1)
    await pause(100)
  await oneEffect((nth) => servers[nth % 2] as Server, 2)
})
