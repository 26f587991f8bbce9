/**
 * The release before this one, this one, the one before again, and this one: one database, work in flight all along, a
 * clean end and a kill -9 on each side.
 */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { run } from '../cli/run.ts'
import { queryOnce } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { EARLIER, hasEarlierRelease, layOutEarlierRelease } from './earlier-release.ts'
import { givenInstallation } from './given-installation.ts'
import { strayCases } from './stray-cases.ts'
import { end, judge, makeKeys, openWorld, startHub, untilQuiet } from './world.ts'

/** How long each release works. */
const TURN_MS = Number(process.env['CROSSDOCK_UPGRADE_TURN_MS'] ?? 600)
/** The long form also kills this release and starts it once more in between. */
const LONG = process.env['CROSSDOCK_UPGRADE_TURN_MS'] !== undefined
const EVERY_MS = 150

const there = hasEarlierRelease()
if (!there) process.stderr.write(`\nNOT RUN: upgrade and back; this clone does not reach back to ${EARLIER.commit}.\n`)

const here = givenInstallation('upgrade')

/** The carrier reports what is not its to say: the same cause each time, one case. */
async function wrongly(port: number, order: string, nth: number): Promise<void> {
  const id = order.split('/')[2]
  const report = {
    id: `wrong-${nth}`,
    type: 'order.held',
    order: id,
    hold: 'credit',
    reason: 'why',
    occurredAt: '2026-01-05T08:00:00Z',
  }
  const answer = await fetch(`http://127.0.0.1:${port}/in/carrier`, {
    method: 'POST',
    headers: { authorization: `Bearer ${here.world.tokens['carrier']}`, 'content-type': 'application/json' },
    body: JSON.stringify(report),
  })
  expect(answer.ok, await answer.text()).toBe(true)
}

const refusals = () =>
  queryOnce<{ n: number }>(here.database.url, 'select count(*)::int4 as n from journal where type = 141')
const openCases = () =>
  queryOnce<{ subject: string; members: number; body: string }>(
    here.database.url,
    'select subject, members, body from case_state where open order by subject',
  )
const members = (of: string) =>
  queryOnce<{ subject: string; life: number }>(
    here.database.url,
    `select subject, life from case_member where subject like $1 || '#%' order by subject`,
    [of],
  )

test.runIf(there)(
  'upgrade from the release before with work in flight, and back, and up again',
  { timeout: 180_000 },
  async () => {
    const earlier = layOutEarlierRelease(join(here.folder, 'earlier'))
    await migrate({ url: here.database.url, upTo: EARLIER.migrations })
    const port = await freePort()
    here.world = await openWorld({ seed: 11, port, tokens: await makeKeys(here.database.url) })
    const { shop, erp, warehouses } = here.world
    const say = (line: string) => here.said.push(line)
    const begin = async (release: 'earlier' | 'present') => {
      const plain = { databaseUrl: here.database.url, port, dataFolder: join(here.folder, 'hub') }
      const present = Object.fromEntries(
        Object.entries(here.world.urls).map(([name, url]) => [name, { url, deliveryClass: 'A' as const }]),
      )
      const hub =
        release === 'earlier'
          ? await startHub({ ...plain, systems: here.world.urls as never }, say, earlier)
          : await startHub({ ...plain, systems: present }, say)
      here.hubs.push(hub)
      return hub
    }
    const newest = async () =>
      Number((await queryOnce(here.database.url, 'select max(number) as n from migration'))[0]?.['n'])

    let hub = await begin('earlier')
    expect(await newest()).toBe(EARLIER.migrations)
    await erp.exportMasters()
    for (const warehouse of warehouses) warehouse.count()
    await pause(300)
    let placed = 0
    const placing = setInterval(() => void shop.place(placed++), EVERY_MS)
    const orders = async () =>
      Number((await queryOnce(here.database.url, 'select count(*) as n from order_state'))[0]?.['n'])
    const works = async () => {
      const before = await orders()
      await pause(TURN_MS)
      for (let waited = 0; (await orders()) === before; waited += 100) {
        if (waited > 20_000) throw new Error('no order was taken in')
        await pause(100)
      }
    }

    try {
      await works()
      const ids = await queryOnce<{ subject: string }>(
        here.database.url,
        'select subject from order_state order by subject',
      )
      const [first, second] = ids.map(({ subject }) => subject) as [string, string]
      await wrongly(port, first, 1)
      await expect.poll(openCases, { timeout: 10_000 }).toMatchObject([{ members: 1 }])
      const [one = { subject: 'none' }] = await openCases()
      await end(hub, 'SIGTERM')
      hub = await begin('present') // its migrations run while orders, requests and timers of the other one wait
      expect(await newest()).toBeGreaterThan(EARLIER.migrations)
      await works()

      // A case of the earlier release goes on: what is in it does not join again, and its rows are what the journal tells.
      const refusedBefore = (await refusals())[0]?.n ?? 0
      await wrongly(port, first, 2)
      await wrongly(port, second, 3)
      await expect.poll(async () => (await refusals())[0]?.n, { timeout: 10_000 }).toBe(refusedBefore + 2)
      expect(await openCases()).toMatchObject([{ subject: one.subject, members: 2 }])
      const named = [first, second].map((subject) => `${one.subject}#${subject.slice(subject.indexOf('/') + 1)}`)
      expect((await members(one.subject)).map(({ subject }) => subject)).toEqual(named)
      expect(await strayCases(here.database.url)).toEqual([])

      // An outage opens a breaker, and leaves nothing that the earlier release could not read.
      here.world.carrier.misbehave({ down: true })
      const remembered = () => queryOnce(here.database.url, `select subject from breaker_memory where body <> ''`)
      await expect.poll(remembered, { timeout: 20_000 }).toMatchObject([{ subject: 'acme/system/carrier' }])
      here.world.carrier.misbehave({ down: false })
      if (LONG) {
        await end(hub, 'SIGKILL')
        hub = await begin('present')
        await works()
      }

      const back = [
        'database',
        'back',
        '--to',
        String(EARLIER.migrations),
        '--database-url',
        here.database.url,
        '--json',
      ]
      const refused = await run(back)
      expect(refused.code).toBe(1) // not under a hub that is open
      expect(refused.out).toContain('has this database open')
      expect(refused.out).toContain('1 cases are open')
      const close = await fetch(`http://127.0.0.1:${port}/v1/cases/${one.subject.split('/')[2]}/close`, {
        method: 'POST',
        headers: { authorization: `Bearer ${here.world.tokens['desk']}`, 'content-type': 'application/json' },
        body: JSON.stringify({ reason: 'we go back' }),
      })
      await end(hub, 'SIGTERM')
      expect(close.status, await close.text()).toBe(200)
      const went = await run(back)
      expect({ code: went.code, ...JSON.parse(went.out) }).toMatchObject({ code: 0, obstacles: [] })
      hub = await begin('earlier')
      expect(await newest()).toBe(EARLIER.migrations)
      await works()
      await wrongly(port, second, 4) // the case opens again, under the earlier release
      await expect.poll(openCases, { timeout: 10_000 }).toMatchObject([{ subject: one.subject, members: 1 }])
      await end(hub, 'SIGKILL')
      hub = await begin('present')
      await works()
      const listed = await fetch(
        `http://127.0.0.1:${port}/v1/cases/${one.subject.split('/')[2]}/members?standing=left`,
        {
          headers: { authorization: `Bearer ${here.world.tokens['desk']}` },
        },
      )
      expect(await listed.json()).toMatchObject({ members: [{ member: second.slice(second.indexOf('/') + 1) }] })
      expect(await strayCases(here.database.url)).toEqual([])
    } finally {
      clearInterval(placing)
    }
    await untilQuiet(here.world, 2_500)
    for (const warehouse of warehouses) warehouse.close()
    const open = await queryOnce(
      here.database.url,
      `select subject, stage from order_state where stage not in ('closed', 'cancelled', 'rejected', 'backordered')`,
    )
    expect(open).toEqual([])
    const verdict = await judge(here.database.url, here.world)
    const { lost, duplicates, phantom, reordered, illegal, gaps } = verdict
    // the release before did not tell the ERP from where goods left
    const others = verdict.details.filter(({ rule, says }) => rule !== 'goods issue elsewhere' || !says.includes('“”'))
    const unbalanced = verdict.unbalanced - (verdict.details.length - others.length)
    const found = { lost, duplicates, phantom, reordered, illegal, unbalanced, gaps, details: others.slice(0, 5) }
    const clean = { lost: 0, duplicates: 0, phantom: 0, reordered: 0, illegal: 0, unbalanced: 0, gaps: 0, details: [] }
    expect(found, here.said.join('\n')).toEqual(clean)
    expect(placed).toBeGreaterThan(10)
  },
)

test.runIf(there)('what the release before could not read stands in the way, by name', async () => {
  await queryOnce(
    here.database.url,
    `insert into journal (day, lane, position, type, at, subject, body)
     select max(day), 255, 900000, 157, 1, 'acme/case/x', '\\x00' from journal`,
  )
  await queryOnce(
    here.database.url,
    `insert into parked values (1, 'acme/order/x', 'lifecycle', 'why', 'x', 1, 1, 2, null, false)`,
  )
  for (const hub of here.hubs) await end(hub, 'SIGTERM')
  const { code, out } = await run(['database', 'back', '--to', '7', '--database-url', here.database.url])
  expect(code).toBe(1)
  expect(out).toContain('1 of case.settled, which that release cannot read')
  expect(out).toContain('1 rows of work')
  expect(
    Number((await queryOnce(here.database.url, 'select max(number) as n from migration'))[0]?.['n']),
  ).toBeGreaterThan(7)
  const unknown = await run(['database', 'back', '--to', '3', '--database-url', here.database.url])
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('XD_HUB_NO_WAY_BACK')])
})
