/** Control numbers across a restore: what a partner was given after the backup is never given to it a second time. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventCodes } from '../../src/lifecycle/events.ts'
import { run } from '../cli/run.ts'
import { queryOnce, testDatabase } from '../support/database.ts'
import { purchaseOrder850 } from '../support/retailer.ts'
import { openServing } from '../support/serving.ts'

const database = testDatabase()
let folder = ''
let restored = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossdock-mailbox-'))
})
afterAll(async () => {
  if (restored !== '') await database.query(`drop database if exists ${restored} with (force)`)
  await rm(folder, { recursive: true, force: true })
})

type Partner = 'bigbox' | 'homegoods'

/** ISA13 of everything that was sent to a partner, as the journal of a database has it. */
async function given(url: string, partner: Partner): Promise<string[]> {
  const rows = await queryOnce<{ control: string }>(
    url,
    `select convert_from(body, 'UTF8')::jsonb -> 'd' ->> 'control' as control from journal
      where type = ${eventCodes['interchange.sent']} and subject = 'acme/mailbox/${partner}' order by position`,
  )
  return rows.map(({ control }) => control)
}

/** A life of the hub in which orders of these partners come, each of which is answered at least with a 997. */
async function lives(url: string, orders: readonly (readonly [from: Partner, control: number])[]): Promise<void> {
  await queryOnce(url, 'delete from api_key') // each life makes its own
  const hub = await openServing(url)
  try {
    for (const [from, control] of orders) {
      const before = (await given(url, from)).length
      const body = purchaseOrder850({ from, number: `M-${control}`, control, lines: [{ item: 'BOLT', quantity: 1 }] })
      await hub.call('POST', `/in/${from}`, body, { 'content-type': 'application/edi-x12' })
      await expect.poll(async () => (await given(url, from)).length, { timeout: 20_000 }).toBeGreaterThan(before)
    }
  } finally {
    await hub.close()
  }
}

test('no partner is given a control number of the life before, whether or not the backup knew of any', async () => {
  await lives(database.url, [['bigbox', 901]])
  const to = join(folder, 'backup')
  expect((await run(['backup', '--to', to, '--database-url', database.url])).code).toBe(0)
  const inBackup = { bigbox: await given(database.url, 'bigbox'), homegoods: await given(database.url, 'homegoods') }
  expect(inBackup.homegoods).toEqual([])
  await lives(database.url, [
    ['bigbox', 902],
    ['homegoods', 903],
  ])

  restored = `${database.name}_restored`
  await database.query(`create database ${restored} template template0`)
  const url = new URL(database.url)
  url.pathname = `/${restored}`
  const answer = await run(['restore', to, '--database-url', url.href])
  expect(answer.code, answer.err).toBe(0)
  await lives(url.href, [
    ['bigbox', 904],
    ['homegoods', 905],
  ])
  for (const partner of ['bigbox', 'homegoods'] as const) {
    const before = await given(database.url, partner)
    const after = (await given(url.href, partner)).slice(inBackup[partner].length)
    expect(before.length).toBeGreaterThan(inBackup[partner].length)
    expect(after.length).toBeGreaterThan(0)
    expect(after.filter((control) => before.includes(control))).toEqual([])
  }
}, 90_000)
