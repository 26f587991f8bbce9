import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { partnersText, partnerText } from '../../src/cli/commands/partner.ts'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { loadConfig } from '../../src/cli/load-config.ts'
import { definePartner } from '../../src/config/define-hub.ts'
import { applicationAdvice, tenderResponse } from '../../src/documents/index.ts'
import { ROOT } from '../house/declarations.ts'
import { testDatabase } from '../support/database.ts'
import { interchangeOf, purchaseOrder850 } from '../support/retailer.ts'
import { askHub, openServing, type Serving } from '../support/serving.ts'
import { run } from './run.ts'

const database = testDatabase()
let hub: Serving

/** The page on how documents are handed on: its configuration, its commands, its document. */
const page = await readFile(`${ROOT}docs/how-to/relay-a-document.md`, 'utf8')
const onPage = (kind: string, word: string): string => {
  const blocks = [...page.matchAll(/^```(\w+)\n(.*?)\n```$/gms)].filter(([, one]) => one === kind)
  const found = blocks.find(([, , text]) => text?.includes(word))?.[2]
  if (found === undefined) throw new Error(`The page shows no ${kind} with ${word}`)
  return found
}
const folder = join(ROOT, '.crossdock', `relay-${process.pid}`)

beforeAll(async () => {
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'crossdock.config.ts')
  await writeFile(file, onPage('ts', 'definePartner'))
  const { partners = [] } = await loadConfig(file)
  const business = simulatedBusiness({ edi: true })
  // the carrier of the page, that is also told what was made of its documents
  const told = partners.map((one) => definePartner({ ...one, takes: [...(one.takes ?? []), applicationAdvice] }))
  hub = await openServing(database.url, { ...business, partners: [...(business.partners ?? []), ...told] })
}, 60_000)
afterAll(async () => {
  await hub.close()
  await rm(folder, { recursive: true, force: true })
})

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
    /^bigbox +customer BIGBOX +\d+ unacknowledged \(0 overdue\), 0 gaps, documents: 0 overdue, 0 late$/m,
  )
})

test('the go-live gate is played over HTTP by whoever may, with files of a bounded size, and remembered', async () => {
  const path = '/v1/partners/bigbox/bench'
  expect(await hub.call('GET', path)).toMatchObject({ status: 404, body: { code: 'XD_HUB_BENCH_UNTRIED' } })
  const order = purchaseOrder850({ number: 'B-1', control: 77_002, lines: [{ item: 'BOLT', quantity: 1 }] })
  const body = { samples: [{ name: 'order.edi', content: order }] }
  const played = await hub.call('POST', path, body)
  expect(played).toMatchObject({ status: 200, body: { partner: 'bigbox', live: true, samples: ['order.edi'] } })
  expect((await hub.call('GET', path)).body).toEqual(played.body)
  const reader = await hub.server.keys.make(hub.server.hub.tenant, { name: 'reader', scopes: ['orders:read'] })
  expect((await askHub(hub.server.url, reader.text, 'POST', path, body)).status).toBe(403)
  const large = { samples: [{ name: 'large.edi', content: 'x'.repeat(3 * 1024 * 1024) }] }
  expect((await hub.call('POST', path, large)).status).toBe(413)
  expect((await hub.call('POST', path, { samples: [{ name: 1 }] })).status).toBe(422)
})

const TENDER = JSON.parse(onPage('json', '"stops"')) as object
/** The address of the page's call. */
const address = (call: string): string =>
  onPage('sh', call)
    .split(/\bcurl\b/)
    .flatMap((one) => (one.includes(call) ? [/ "?\$CROSSDOCK_URL([^\s"]+)/.exec(one)?.[1] as string] : []))[0] as string
const posts = (document: object, key: string, path = address('@tender.json')) =>
  askHub(hub.server.url, hub.keys.erp, 'POST', path, document, { 'idempotency-key': key })
const listed = async (query: string) => {
  const { body } = await hub.call('GET', `/v1/partners/fast-freight/documents?${query}`)
  return body as { items: object[]; nextCursor?: string }
}

test('the ERP sends a partner a document, as the page says: stored once, its faults by pointer, and nothing to strangers', async () => {
  const posted = await posts(TENDER, 'a-1')
  expect(posted).toMatchObject({ status: 202, body: { document: 'load-tender', key: 'LOAD-88123', state: 'issued' } })
  expect(await posts(TENDER, 'a-1')).toEqual(posted)
  expect((await posts(TENDER, 'a-2')).status).toBe(202)
  const other = { ...TENDER, payment: 'CC' }
  expect(await posts(other, 'a-3')).toMatchObject({ status: 409, body: { code: 'XD_INTAKE_DOCUMENT_CONFLICT' } })
  expect(await posts({ ...TENDER, more: 1, payment: 7 }, 'a-4')).toMatchObject({
    status: 422,
    body: { code: 'XD_INTAKE_DOCUMENT_FAULTY', errors: [{ pointer: '/payment' }, { pointer: '/more' }] },
  })
  const strange = { status: 422, body: { code: 'XD_INTAKE_DOCUMENT_NOT_TAKEN' } }
  expect(await posts(TENDER, 'a-5', '/v1/partners/bigbox/documents/load-tender')).toMatchObject(strange)
  expect(await posts(TENDER, 'a-6', '/v1/partners/fast-freight/documents/invoice')).toMatchObject(strange)
  expect((await posts(TENDER, 'a-7', '/v1/partners/nobody/documents/load-tender')).status).toBe(404)
  expect((await hub.call('GET', address('direction=out'))).body).toMatchObject({
    items: [
      { direction: 'out', document: 'load-tender', set: '204', about: 'load/LOAD-88123', state: 'sent', from: 'erp' },
    ],
  })
  expect((await hub.call('GET', '/v1/partners/fast-freight')).body).toMatchObject({
    mailbox: { awaiting: [{ set: '204', key: 'LOAD-88123', about: 'load/LOAD-88123', state: 'sent' }] },
  })
})

test('the key that the page makes for the ERP may post, and look at the schema', async () => {
  const wanted = JSON.parse(/-d '(.*?)'/.exec(onPage('sh', '/v1/keys'))?.[1] as string) as object
  const made = (await hub.call('POST', '/v1/keys', wanted)) as { status: number; body: { key: string } }
  expect(made.status).toBe(201)
  const asErp = (method: 'GET' | 'POST', path: string, body?: object) =>
    askHub(hub.server.url, made.body.key, method, path, body, { 'idempotency-key': 'b-1' })
  const schema = { status: 200, body: { set: '204', schema: { type: 'object' } } }
  expect(await asErp('GET', address('document-types'))).toMatchObject(schema)
  expect((await asErp('POST', address('@tender.json'), TENDER)).status).toBe(202)
})

test('what the partner answers is handed to the ERP, listed page by page, and counts on its scorecard', async () => {
  const { content, key } = JSON.parse(onPage('json', '"receivedAt"')) as { content: never; key: string }
  const segments = tenderResponse.writeX12(content) as never
  const file = interchangeOf('fast-freight', 90_001, { id: '990', functionalId: 'GF', segments })
  const taken = await hub.call('POST', '/in/fast-freight', file, { 'content-type': 'application/edi-x12' })
  expect(taken.status).toBe(202)
  await expect
    .poll(async () => (await listed('direction=in')).items)
    .toMatchObject([{ document: 'tender-response', key, about: 'load/LOAD-88123', state: 'delivered', to: ['erp'] }])
  const first = await listed('limit=1')
  expect(first.items).toMatchObject([{ direction: 'in' }])
  expect((await listed(`limit=1&cursor=${first.nextCursor}`)).items).toMatchObject([{ direction: 'out' }])
  expect((await listed('state=overdue')).items).toEqual([])
  expect((await hub.call('GET', '/v1/partners/nobody/documents')).status).toBe(404)
  const told = await crossdock(['documents', 'fast-freight', '--limit', '1'])
  expect(told.out).toMatch(
    /^\S+ {2}from {2}delivered {2}990 tender-response FAST\/LOAD-88123\S+ \(load\/LOAD-88123\)\n$/,
  )
  expect(told.err).toContain('There are more: --cursor ')
  expect((await crossdock(['documents', 'fast-freight', '--state', 'overdue'])).out).toContain('Nothing was handed on')
  expect((await crossdock(['documents', 'fast-freight', '--state', 'lost'])).code).toBe(2)
  const owed = 'tender-response within 1h of load-tender: 100 % in time (1 in time, 0 late, 0 overdue)'
  await expect.poll(async () => (await crossdock(['show', 'fast-freight'])).out, { timeout: 5_000 }).toContain(owed)
})

test('a document is traced from its number, its load, its receipt and the numbers it went under, to what acknowledged it', async () => {
  const [tender] = (await listed('direction=out')).items as { group: string; interchange: string; receipt: string }[]
  const [answer] = (await listed('direction=in')).items as { key: string; receipt: string }[]
  if (!tender || !answer) throw new Error('there is nothing to trace')
  const traced = async (q: string, more = '') => {
    const { body } = await hub.call('GET', `/v1/documents/trace?q=${encodeURIComponent(q)}${more}`)
    return body['documents'] as Record<string, unknown>[]
  }
  expect(await traced('LOAD-88123')).toMatchObject([
    {
      document: 'tender-response',
      key: answer.key,
      state: 'delivered',
      origin: { from: 'fast-freight', receipt: answer.receipt, channel: 'http', interchange: '000090001', set: '0001' },
      deliveries: [{ target: 'erp', verb: 'document.deliver', state: 'done' }],
      acknowledgement: { by: 'Crossdock', verdict: 'accepted', interchange: expect.stringMatching(/^\d{9}$/) },
    },
    {
      document: 'load-tender',
      state: 'sent',
      origin: { from: 'erp', receipt: tender.receipt },
      sent: { interchange: tender.interchange, group: tender.group, set: '0001' },
      deliveries: [{ target: 'fast-freight', verb: 'edi.send', key: tender.interchange }],
    },
  ])
  const segments = [
    ['AK1', 'SM', tender.group],
    ['AK9', 'A', '1', '1', '1'],
  ] as never
  const file = interchangeOf('fast-freight', 90_002, { id: '997', functionalId: 'FA', segments })
  const taken = await hub.call('POST', '/in/fast-freight', file, { 'content-type': 'application/edi-x12' })
  expect(taken.status).toBe(202)
  const acked = { by: 'fast-freight', verdict: 'accepted', interchange: '000090002', receipt: expect.any(String) }
  await expect
    .poll(() => traced(tender.interchange, '&partner=fast-freight'))
    .toContainEqual(expect.objectContaining({ document: 'load-tender', state: 'acked' }))
  for (const q of ['LOAD-88123', tender.receipt, tender.interchange, String(Number(tender.interchange))]) {
    const found = (await traced(q)).filter(({ document }) => document === 'load-tender')
    expect(found, q).toMatchObject([{ state: 'acked', acknowledgement: acked }])
  }
  for (const q of [answer.key, answer.receipt, '90001', '000090001'])
    expect(
      (await traced(q)).map(({ document }) => document),
      q,
    ).toContain('tender-response')
  expect([await traced('LOAD-1'), await traced('LOAD-88123', '&partner=bigbox')]).toEqual([[], []])

  const env = { CROSSDOCK_URL: hub.server.url, CROSSDOCK_KEY: hub.keys.ann }
  const { code, out } = await run(['trace', 'LOAD-88123'], { env })
  expect(code).toBe(0)
  expect(out).toContain(`204 load-tender LOAD-88123 to fast-freight: acked`)
  expect(out).toMatch(/acked {3}accepted by fast-freight, .*interchange 000090002 of theirs, receipt r/)
  expect(out).toMatch(/from {4}fast-freight, by http, .*interchange 000090001 group \d+ set 0001, receipt r/)
  expect(out).toMatch(/handed {2}The partner’s document to erp: done/)
  expect((await run(['trace', 'LOAD-1'], { env })).code).toBe(1)
})

test('a possible duplicate is handed on once when a person releases it, or refused once, and its partner told', async () => {
  const { content, key } = JSON.parse(onPage('json', '"receivedAt"')) as { content: object; key: string }
  const again = async (control: number, note: string) => {
    const segments = tenderResponse.writeX12({ ...content, notes: [note] } as never) as never
    const file = interchangeOf('fast-freight', control, { id: '990', functionalId: 'GF', segments })
    const taken = await hub.call('POST', '/in/fast-freight', file, { 'content-type': 'application/edi-x12' })
    expect(taken.body).toMatchObject({ documents: [{ status: 409, code: 'XD_INTAKE_DOCUMENT_CONFLICT' }] })
  }
  const cases = async () =>
    (await hub.call('GET', '/v1/cases?partner=fast-freight')).body['cases'] as { id: string; cause: string }[]
  const handed = async () => (await listed('document=tender-response')).items as { key: string; state: string }[]
  const env = { CROSSDOCK_URL: hub.server.url, CROSSDOCK_KEY: hub.keys.ann }
  const asked = async (...args: string[]) => run(['cases', ...args], { env })

  await again(90_003, 'CALL THE DOCK FIRST')
  await expect.poll(cases).toMatchObject([{ cause: 'possible duplicate' }])
  const id = (await cases())[0]?.id as string
  const tried = JSON.parse((await asked('try', id, '--json')).out) as { trial: { id: string; verdicts: object } }
  expect(tried.trial.verdicts).toMatchObject({ succeeds: 1, conflicts: 0, fails: 0 })
  expect((await handed()).map((one) => one.key)).toEqual([key])
  expect((await asked('release', id, tried.trial.id)).code).toBe(0)
  await asked('release', id, tried.trial.id)
  await expect.poll(handed).toMatchObject([{ state: 'delivered' }, { key, state: 'delivered' }])
  const [another] = await handed()
  expect(another?.key).toContain(`${key}/another/`)
  expect(await cases()).toEqual([])

  await again(90_004, 'NO DOCK AT ALL')
  await expect.poll(cases).toHaveLength(1)
  const refused = await asked('refuse', id, 'Send it under another number.')
  expect(refused).toMatchObject({ code: 0, out: expect.stringContaining('fast-freight is told by the 824 D') })
  expect(await cases()).toEqual([])
  const advised = async () => (await listed('document=application-advice')).items
  await expect.poll(advised).toMatchObject([{ direction: 'out', set: '824', state: 'sent', from: 'ann' }])
  // what was refused says why, also where no bytes can be read again
  await hub.call('POST', '/in/fast-freight', 'ISA*no interchange', { 'content-type': 'application/edi-x12' })
  const { items: arrivals } = (await hub.call('GET', '/v1/partners/fast-freight/arrivals?limit=2')).body
  expect(arrivals).toMatchObject([
    {
      verdict: 'quarantined',
      code: 'XD_INTAKE_INTERCHANGE_UNREADABLE',
      reason: expect.any(String),
      case: expect.any(String),
    },
    { verdict: 'quarantined', code: 'XD_INTAKE_DOCUMENT_CONFLICT', reason: expect.stringContaining(key), case: id },
  ])
  // pressing again, and releasing what was refused, does nothing
  const member = /^(.*?): It is refused/.exec(refused.out)?.[1] as string
  const pressed = await hub.call('POST', `/v1/cases/${id}/refusal`, { reason: 'No.', members: [member, 'r0-1'] })
  expect(pressed.body).toMatchObject({ members: [{ member, verdict: 'done' }, { verdict: 'fails' }] })
  expect([(await handed()).length, (await advised()).length]).toEqual([2, 1])
})

test('a partner that is not there is a coded error, and what is asked wrongly too', async () => {
  const unknown = await crossdock(['show', 'nobody'])
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('There is no partner named nobody')])
  expect((await crossdock(['list', '--days', '0'])).code).toBe(2)
  const json = JSON.parse((await crossdock(['show', 'nobody', '--json'])).out)
  expect(json).toMatchObject({ status: 404, code: 'XD_INTAKE_PARTNER_UNKNOWN' })
})

test('an order whose number came before is taken in under another number, or refused, once each', async () => {
  const sent = (quantity: number, control: number) =>
    purchaseOrder850({ number: 'CLOCK-1', control, lines: [{ item: 'BOLT', quantity, price: '' }] })
  const conflicts = async (quantity: number, control: number) => {
    const edi = { 'content-type': 'application/edi-x12' }
    expect((await hub.call('POST', '/in/bigbox', sent(quantity, control), edi)).status).toBe(202)
    const { items } = (await hub.call('GET', '/v1/partners/bigbox/arrivals?limit=1')).body
    const [arrival] = items as [{ receipt: string; code: string; reason: string; case: string }]
    expect(arrival).toMatchObject({ code: 'XD_INTAKE_ORDER_CONFLICT', reason: expect.stringContaining('CLOCK-1') })
    return arrival
  }
  const { receipt, case: id } = await conflicts(2, 77_003)
  const content = sent(2, 77_003).replaceAll('CLOCK-1', 'CLOCK-2')
  const corrections = [{ kind: 'payload', member: receipt, content }]
  const begun = await hub.call('POST', `/v1/cases/${id}/trials`, { corrections })
  const { trial } = begun.body as { trial: { id: string } }
  const tried = async () => (await hub.call('GET', `/v1/cases/${id}/trials/${trial.id}`)).body
  await expect.poll(tried, { timeout: 5_000 }).toMatchObject({ trial: { state: 'tried', verdicts: { succeeds: 1 } } })
  const env = { CROSSDOCK_URL: hub.server.url, CROSSDOCK_KEY: hub.keys.ann }
  expect((await run(['cases', 'release', id, trial.id], { env })).code).toBe(0)
  await expect.poll(async () => (await hub.call('GET', '/v1/timeline/CLOCK-2')).status, { timeout: 5_000 }).toBe(200)
  expect((await conflicts(3, 77_004)).case).toBe(id)
  const refused = await run(['cases', 'refuse', id, 'The first one counts.'], { env })
  expect(refused).toMatchObject({ code: 0, out: expect.stringContaining('bigbox is not told') })
  expect((await run(['cases', 'refuse', id, 'Again.'], { env })).out).toBe('Nothing is left in it.\n')
})

test('who was refused at the doors is told with the reason and how often, and never with a key', async () => {
  const wrong = `xd_live_${'w'.repeat(43)}`
  const status = async (key: string) => (await askHub(hub.server.url, key, 'GET', '/v1/partners')).status
  expect([await status(wrong), await status(wrong)]).toEqual([401, 401])
  const env = { CROSSDOCK_URL: hub.server.url, CROSSDOCK_KEY: hub.keys.ann }
  const told = async (...args: string[]) => (await run(['refusals', ...args], { env })).out
  await expect
    .poll(() => told('--status', '401'), { timeout: 5_000 })
    .toMatch(/ 401 XD_GOVERNANCE_KEY_REFUSED, 2 times: GET \/v1\/partners\n$/)
  // the reader of another test was refused what it may not do
  const { body } = await hub.call('GET', '/v1/refusals?key=reader')
  expect(body['items']).toMatchObject([{ key: 'reader', status: 403, count: 1 }])
  expect(await told('--status', '413')).toContain('413')
  expect(await told()).not.toContain('wwww')
  expect(await told('--of', 'nobody')).toBe('Nothing was refused.\n')
  const { text } = await hub.server.keys.make(hub.server.hub.tenant, { name: 'clerk', scopes: ['orders:read'] })
  expect((await askHub(hub.server.url, text, 'GET', '/v1/refusals')).status).toBe(403)
})

test('the texts say what is late, overdue, missing and at risk', () => {
  const line = { name: 'bigbox', customer: 'BIGBOX', unacknowledged: 2, acknowledgementsOverdue: 1, gaps: 1 }
  expect(partnersText([{ ...line, documentsOverdue: 3, documentsLate: 4 }])).toBe(
    'bigbox  customer BIGBOX  2 unacknowledged (1 overdue), 1 gap, documents: 3 overdue, 4 late',
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
