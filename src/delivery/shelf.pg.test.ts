/**
 * Deliveries that wait on disk, on PostgreSQL: 20,000, and a million in `npm run test:long`. What is measured is that
 * memory stays flat however many wait, from taking the lanes over to the last one sent.
 */
import { expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { recordTest } from '../../test/support/record.ts'
import { systemClock } from '../base/clock.ts'
import { systemRandom } from '../base/random.ts'
import { systemScheduler } from '../base/scheduler.ts'
import { memory } from '../connectors/memory/index.ts'
import { openCore } from '../core.ts'
import { waitingBook } from '../hub/waiting-book.ts'
import type { Room } from '../journal/contract.ts'
import { openPostgresStore } from '../store/postgres/store.ts'
import { deliveryRoom } from './room.ts'
import { systemRoom } from './system-room.ts'

const ROWS = Number(process.env['CROSSDOCK_SHELF'] ?? 20_000)
const database = testDatabase()

const FILL = `
  insert into waiting (lane, subject, position, target, verb, key, chain, args, digest, planned_at, attempts, next_at, state, reason, class, partner)
  select n % 256, 'acme/order/w-' || n / 2, n + 1, 'erp', 'order.post', 'w-' || n, 'acme/order/w-' || n / 2, '{}', 'nKhLZX2h9wT0hI1qvC3b',
         $2::int8 + n, 0, $2::int8, 'waiting', 'erp is not answering: answered 503', 1 + n % 2, 'partner ' || n % 7
    from generate_series(0, $1::int4 - 1) as n`

test(
  `${ROWS.toLocaleString('en')} deliveries wait on disk: memory stays flat, a page costs the same anywhere, and each is sent once`,
  async () => {
    await database.query(FILL, [ROWS, Date.now() - 3_600_000])
    await database.query('update lane set head = $1, delivered = $1', [ROWS + 1])
    await database.query('analyze waiting')
    const heap = () => {
      globalThis.gc?.()
      return process.memoryUsage().heapUsed / 2 ** 20
    }
    const empty = heap()
    const state = { isDown: true }
    const sent = new Set<string>()
    let calls = 0
    const store = await openPostgresStore({ url: database.url })
    const troubles: string[] = []
    const core = await openCore({
      store,
      clock: systemClock,
      random: systemRandom,
      scheduler: systemScheduler,
      monotonic: () => performance.now(),
      rooms: [deliveryRoom('order') as Room, systemRoom as Room],
      systems: {
        erp: memory({
          handle: async ({ key }) => {
            if (state.isDown) return { status: 503, body: {} }
            calls += 1
            sent.add(key.slice(key.lastIndexOf('-') + 1))
            return { status: 200, body: {} }
          },
        }),
      },
      connectorPorts: { now: () => Date.now(), secret: () => '', dataFolder: '' },
      render: async () => Buffer.from('{}'),
      id: 'shelf',
      tenant: 'acme',
      trouble: (what, error) => troubles.push(`${what}: ${String(error)}`),
    })
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    expect(core.delivery.outstanding).toBeGreaterThanOrEqual(ROWS)
    expect(core.delivery.inMemory).toBeLessThan(15_000)
    const waiting = heap() - empty

    const book = waitingBook((text, values) => database.query(text, [...values]))
    const page = async (after?: readonly [number, number, number]) => {
      const began = performance.now()
      const rows = await book.list('acme', { target: 'erp', state: 'waiting', limit: 50, ...(after ? { after } : {}) })
      return { rows, ms: performance.now() - began }
    }
    const first = await page()
    const middle = first.rows[0]?.request.plannedAt ?? 0
    const deep = await page([middle + Math.floor(ROWS * 0.9), 0, 0])
    expect([first.rows.length, deep.rows.length]).toEqual([50, 50])
    expect(first.rows.map(({ request }) => request.plannedAt)).toEqual(
      first.rows.map(({ request }) => request.plannedAt).toSorted((a, b) => a - b),
    )

    state.isDown = false
    let most = 0
    const began = performance.now()
    while (core.delivery.outstanding > 0) {
      await new Promise((resolve) => setTimeout(resolve, 250))
      most = Math.max(most, core.delivery.inMemory)
    }
    const seconds = (performance.now() - began) / 1_000
    await core.close()
    await store.close()
    const left = await database.query<{ count: number }>('select count(*)::int4 as count from waiting')
    expect(left[0]?.count).toBe(0)
    expect(sent.size).toBe(ROWS)
    expect(calls).toBe(ROWS)
    expect(most).toBeLessThan(15_000)
    expect(waiting).toBeLessThan(150)
    expect(troubles).toEqual([])
    const figures = {
      rows: ROWS,
      mostInMemory: most,
      heapMiB: Math.round(waiting),
      drainedPerSecond: Math.round(ROWS / seconds),
      firstPageMs: Math.round(first.ms),
      deepPageMs: Math.round(deep.ms),
    }
    process.stdout.write(`shelf: ${JSON.stringify(figures)}\n`)
    recordTest('waiting', figures, { path: 'src/delivery/shelf.pg.test.ts', form: 'CROSSDOCK_SHELF' })
  },
  ROWS > 20_000 ? 7_200_000 : 120_000,
)
