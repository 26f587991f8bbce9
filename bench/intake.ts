import fastify from 'fastify'
import type { ServerOptions } from '../src/hub/server.ts'
import { budgets } from './support/budgets.ts'
import { copySeconds } from './support/copy.ts'
import { type BenchServer, benchServer, onDatabase } from './support/database.ts'
import { openIntakeHub } from './support/intake-hub.ts'
import type { CpuSplit } from './support/meter.ts'
import { firstOf, type OrdersPosted, postOrders } from './support/order-posts.ts'
import { startProfile } from './support/profile.ts'
import { type BenchOptions, type BenchResult, counted, median, resultOf, rounded, roundOf } from './support/result.ts'
import { say } from './support/say.ts'

const POSTS = 20_000
const QUICK_POSTS = 10_000
const CONNECTIONS = 64
const SEED = 7

export type Posted = OrdersPosted & { readonly cpu: CpuSplit }

/** Orders one by one over 64 connections, each answered 202 only once it is committed; beside two limits of this machine. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const posts = options.orders ?? (options.quick ? QUICK_POSTS : POSTS)
  const server = await benchServer()
  try {
    const orders: Posted[] = []
    const repeats: Posted[] = []
    const empty: Posted[] = []
    const copied: number[] = []
    for (let round = 0; round < (options.rounds ?? 3); round += 1) {
      orders.push(await throughTheDoor(server, posts, false, round))
      repeats.push(await throughTheDoor(server, posts, true, round))
      empty.push(await emptyPosts(server, posts))
      copied.push(posts / (await copyOf(server, posts)))
      say(`intake round ${round + 1}: ${Math.round(posts / (orders.at(-1)?.seconds ?? 1))} orders/s`)
    }
    const rounds = orders.map((one) => roundOf(posts / one.seconds, posts, one.cpu))
    const ordersPerSecond = perSecond(orders, posts)
    return resultOf({
      name: 'intake',
      figure: 'ordersPerSecond',
      unit: 'order',
      rounds,
      postgres: server.version,
      budgets: [{ ...budgets.intake, reached: ordersPerSecond }],
      more: {
        orders: posts,
        connections: CONNECTIONS,
        ordersPerSecond,
        answeredMs: answered(orders),
        withRepeats: { share: 0.1, postsPerSecond: perSecond(repeats, posts), answeredMs: answered(repeats) },
        limits: {
          fastifyEmptyPostsPerSecond: perSecond(empty, posts),
          binaryCopyRowsPerSecond: Math.round(median(copied)),
        },
        ratios: {
          toFastifyEmptyPost: rounded(ordersPerSecond / perSecond(empty, posts), 2),
          toBinaryCopy: rounded(ordersPerSecond / median(copied), 3),
        },
        verified: 'every post answered 202, one order for each different key in answers and in the tables',
      },
    })
  } finally {
    await server.close()
  }
}

const perSecond = (posted: readonly Posted[], posts: number): number =>
  Math.round(
    median(counted(posted.map((one) => roundOf(posts / one.seconds, posts, one.cpu))).map(({ value }) => value)),
  )

function answered(posted: readonly Posted[]) {
  return {
    p50: rounded(median(posted.map((one) => one.ms.p50)), 1),
    p99: rounded(median(posted.map((one) => one.ms.p99)), 1),
  }
}

/** Posts orders to a hub on a new database, and counts them in answers and tables. */
export async function throughTheDoor(
  server: BenchServer,
  posts: number,
  repeats: boolean,
  round: number,
  more: { readonly connections?: number; readonly admission?: ServerOptions['admission'] } = {},
): Promise<Posted> {
  const url = await server.migrated()
  const hub = await openIntakeHub(url, SEED, more.admission)
  await server.checkpoint()
  const told = {
    hub: hub.url,
    token: hub.token,
    posts,
    connections: more.connections ?? CONNECTIONS,
    repeats,
    seed: SEED,
    prefix: `r${round}-`,
  }
  const profiled = await startProfile()
  const posted = await postOrders(told, server.processId)
  await profiled()
  await hub.close()
  const [row] = await onDatabase<{ orders: string }>(url, 'select count(*) as orders from order_state')
  await server.drop(url)
  const expected = posts - (repeats ? repeatsAmong(posts) : 0)
  const found = { stored: Number(row?.orders), named: posted.orders, taken: posted.statuses[202] ?? 0 }
  if (found.stored !== expected || found.named !== expected || found.taken !== posts) {
    throw new Error(
      `${expected} orders were sent in ${posts} posts, but ${JSON.stringify({ ...found, ...posted.statuses })}`,
    )
  }
  return posted
}

const repeatsAmong = (posts: number): number =>
  Array.from({ length: posts }, (_, at) => firstOf(at)).filter((first) => first !== undefined).length

/** The limit of the way in: Fastify parses the same body and answers, and does nothing else. */
async function emptyPosts(server: BenchServer, posts: number): Promise<Posted> {
  const app = fastify()
  app.post('/v1/orders', (_request, reply) => reply.code(202).send({ order: 'o0-5f-01k3v9x2q7-0003' }))
  const hub = await app.listen({ port: 0, host: '127.0.0.1' })
  const told = { hub, token: 'none', posts, connections: CONNECTIONS, repeats: false, seed: SEED, prefix: '' }
  const posted = await postOrders(told, server.processId)
  await app.close()
  return posted
}

/** The limit of the store: bodies of the same size through one binary COPY. */
async function copyOf(server: BenchServer, posts: number): Promise<number> {
  const url = await server.empty()
  const body = Buffer.alloc(1_000, 'order line 4711, ten of them, please; ')
  const seconds = await copySeconds(
    url,
    Array.from({ length: posts }, () => body),
  )
  await server.drop(url)
  return seconds
}
