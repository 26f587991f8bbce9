import { afterAll, beforeAll, expect, test } from 'vitest'
import { partnersText, partnerText } from '../../src/cli/commands/partner.ts'
import { testDatabase } from '../support/database.ts'
import { purchaseOrder850 } from '../support/retailer.ts'
import { openServing, type Serving } from '../support/serving.ts'
import { run } from './run.ts'

const database = testDatabase()
let hub: Serving

beforeAll(async () => {
  hub = await openServing(database.url)
}, 60_000)
afterAll(() => hub.close())

const crossdock = (args: readonly string[]) =>
  run(['partner', ...args], { env: { CROSSDOCK_URL: hub.server.url, CROSSDOCK_KEY: hub.keys.ann } })

test('an order of a partner goes its way: its scorecard counts three clocks, its mailbox what is not acknowledged', async () => {
  const order = purchaseOrder850({
    number: 'CLOCK-1',
    control: 77_001,
    lines: [{ item: 'BOLT', quantity: 1, price: '' }],
  })
  const posted = await hub.call('POST', '/in/bigbox', order, { 'content-type': 'application/edi-x12' })
  expect(posted.status).toBe(202)
  const shown = async () => JSON.parse((await crossdock(['show', 'bigbox', '--json'])).out)
  const counted = async () => {
    const { scorecard } = (await shown()) as { scorecard: { document: string; inTime: number }[] }
    return scorecard.map(({ document, inTime }) => [document, inTime])
  }
  await expect.poll(counted, { timeout: 30_000 }).toEqual([
    ['order-acknowledgement', 1],
    ['ship-notice', 1],
    ['invoice', 1],
  ])
  const page = await shown()
  expect(page).toMatchObject({ name: 'bigbox', customer: 'BIGBOX', days: 30, mailbox: { highestReceived: 77_001 } })
  expect(page.mailbox.lastInterchange).toBeGreaterThanOrEqual(4) // the 997, the 855, the 856 and the 810
  const { out } = await crossdock(['show', 'bigbox'])
  expect(out).toContain('ship-notice within 1h of shipment.dispatched: 100 % in time (1 in time, 0 late, 0 overdue)')
  expect((await crossdock([])).out).toMatch(
    /^bigbox +\d+ unacknowledged \(0 overdue\), 0 gaps, documents: 0 overdue, 0 late$/m,
  )
})

test('a partner that is not there is a coded error, and what is asked wrongly too', async () => {
  const unknown = await crossdock(['show', 'nobody'])
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('There is no partner named nobody')])
  expect((await crossdock(['list', '--days', '0'])).code).toBe(2)
  const json = JSON.parse((await crossdock(['show', 'nobody', '--json'])).out)
  expect(json).toMatchObject({ status: 404, code: 'XD_INTAKE_PARTNER_UNKNOWN' })
})

test('the texts say what is late, overdue, missing and at risk', () => {
  const line = { name: 'bigbox', unacknowledged: 2, acknowledgementsOverdue: 1, gaps: 1 }
  expect(partnersText([{ ...line, documentsOverdue: 3, documentsLate: 4 }])).toBe(
    'bigbox  2 unacknowledged (1 overdue), 1 gap, documents: 3 overdue, 4 late',
  )
  expect(partnersText([])).toContain('no partners')
  const mailbox = {
    lastInterchange: 9,
    highestReceived: 7,
    gaps: [{ from: 4, to: 5 }],
    acknowledged: { accepted: 5, withErrors: 1, partlyRejected: 0, rejected: 0 },
    troubled: [
      { set: '810', document: 'invoice', key: 'i1', answeredAt: '2026-01-05T09:00:00.000Z', state: 'withErrors' },
    ],
    awaiting: [
      {
        set: '856',
        document: 'ship-notice',
        key: 's1',
        interchange: '000000009',
        group: '8',
        sentAt: '2026-01-05T10:00:00.000Z',
        state: 'overdue',
      },
      {
        set: 'INVOIC',
        document: 'invoice',
        key: 'i2',
        interchange: '000000010',
        group: '',
        sentAt: '2026-01-05T10:30:00.000Z',
        state: 'sent',
      },
    ],
  }
  const is = (roles: object) =>
    partnerText({ name: 'fast', ...roles, days: 7, mailbox, scorecard: [] } as never).split('\n')[0]
  expect(is({ carrier: 'FAST', supplier: 'V-1' })).toBe('fast: carrier FAST, supplier V-1')
  expect(is({ facility: '3PL1' })).toBe('fast: warehouse of 3PL1')
  const score = { document: 'ship-notice', within: '1h', after: 'shipment.dispatched', inTime: 1, late: 1, overdue: 1 }
  const atRisk = { amount: '300.00', currency: 'USD' }
  const text = partnerText({
    name: 'bigbox',
    customer: 'B',
    days: 7,
    mailbox,
    scorecard: [{ ...score, share: 1 / 3, atRisk }],
  })
  expect(text.split('\n')).toEqual([
    'bigbox: customer B',
    'last interchange of ours 9, highest of theirs 7',
    '  missing of theirs: 4 to 5',
    'not acknowledged:',
    '  856 ship-notice s1, group 8, sent 2026-01-05T10:00:00.000Z, OVERDUE',
    '  INVOIC invoice i2, interchange 000000010, sent 2026-01-05T10:30:00.000Z',
    'acknowledged: 5 accepted, 1 with errors, 0 partly rejected, 0 rejected',
    '  810 invoice i1: with errors, 2026-01-05T09:00:00.000Z',
    'scorecard, last 7 days:',
    '  ship-notice within 1h of shipment.dispatched: 33.3 % in time (1 in time, 1 late, 1 overdue), 300.00 USD at risk',
  ])
})
