/** A retailer over AS2, from its first order to its last acknowledgement; its S/MIME is OpenSSL's. */
import { afterEach, expect, test, vi } from 'vitest'
import type { Duration } from '../../../src/base/duration.ts'
import { secret } from '../../../src/base/secret.ts'
import { ediPartners } from '../../../src/cli/landscape/acme.ts'
import type { PartnerDefinition } from '../../../src/config/define-hub.ts'
import { as2 } from '../../../src/connectors/as2/index.ts'
import { selfSigned } from '../../../src/connectors/as2/testing/self-signed.ts'
import { invoice, orderAcknowledgement, shipNotice } from '../../../src/documents/index.ts'
import { freePort } from '../../support/free-port.ts'
import { purchaseOrder850 } from '../../support/retailer.ts'
import { OpensslStation } from './openssl-station.ts'
import { Correspondent, openWorld, type World } from './world.ts'

const us = selfSigned('Acme Supply', 1)
const them = selfSigned('Big Box', 2)
const [bigbox] = ediPartners

const billing = { isOpen: true }
let world: World
let station: OpensslStation
let retailer: Correspondent

/** How long an invoice and an acknowledgement may take. */
async function opened(within: Duration, ackWithinMs: number): Promise<void> {
  billing.isOpen = true
  const [ours, theirs] = [us, them].map(({ certificate }) => certificate) as [string, string]
  const stationPort = await freePort()
  const { pickUp: _pickUp, ...rest } = bigbox
  const partner: PartnerDefinition = {
    ...rest,
    reach: as2({
      url: `http://127.0.0.1:${stationPort}`,
      ours: 'ACME',
      theirs: 'Big Box',
      own: [{ certificate: ours, key: secret('AS2_KEY') }],
      certificates: [theirs],
      timeout: '10s',
    }),
    speaks: { ...bigbox.speaks, ackWithinMs },
    expects: [
      orderAcknowledgement.within('1m'),
      shipNotice.within('1m', { after: 'shipment.dispatched' }),
      invoice.within(within, { after: 'shipment.dispatched', penalty: { amount: '50.00', currency: 'USD' } }),
    ],
  }
  world = await openWorld({
    partners: [partner],
    stock: { DC1: { BOLT: 1_000 }, DC2: {} },
    secrets: { AS2_KEY: us.key },
    billing,
  })
  const keys = { key: them.key, certificate: theirs, theirCertificate: ours }
  station = new OpensslStation({ name: 'Big Box', theirName: 'ACME', url: `${world.server.url}/as2`, ...keys })
  await station.open(stationPort)
  retailer = new Correspondent(station, partner.speaks)
}
afterEach(async () => {
  await world.close()
  await station.close()
})

/** How the clocks were kept: in time, late, overdue. */
const scores = async () =>
  (await world.partner('bigbox')).scorecard.map(({ document, inTime, late, overdue }) => [
    document,
    inTime,
    late,
    overdue,
  ])
const order = (number: string, control: number) =>
  purchaseOrder850({ number, control, lines: [{ item: 'BOLT', quantity: 3 }] })

test('an 850 is answered by 997, 855, 856 and 810, and their 997s are the last that is heard', async () => {
  await opened('1m', 60_000)
  await retailer.sends('850.edi', order('PO-1', 900))
  await retailer.until(() => expect(retailer.ids().sort()).toEqual(['810', '855', '856']))
  expect(retailer.told).toEqual(['A'])
  await vi.waitFor(async () => expect((await world.partner('bigbox')).mailbox.awaiting).toEqual([]), {
    timeout: 20_000,
  })
  await retailer.until(async () =>
    expect(await scores()).toEqual([
      ['order-acknowledgement', 1, 0, 0],
      ['ship-notice', 1, 0, 0],
      ['invoice', 1, 0, 0],
    ]),
  )
  await station.drop('850-again.edi', Buffer.from(order('PO-1', 900))) // a message of another id: the same interchange
  await retailer.until(() => expect(retailer.again).toHaveLength(1)) // and the same 997
  expect(retailer.told).toEqual(['A'])
  expect(retailer.ids()).toHaveLength(3)
  expect([await world.cases(), world.troubles]).toEqual([[], []])
}, 240_000)

test('the clocks fire: an invoice that is late and acknowledgements that do not come are cases, until they are there', async () => {
  await opened('2s', 2_000)
  billing.isOpen = false
  await retailer.sends('850.edi', order('PO-2', 901))
  await retailer.until(() => expect(retailer.ids().sort()).toEqual(['855', '856']))
  await retailer.until(async () =>
    expect(await world.cases()).toEqual(
      expect.arrayContaining(['bigbox: due soon, invoice', 'bigbox: overdue, invoice']),
    ),
  )
  await retailer.until(async () => expect((await scores()).at(-1)).toEqual(['invoice', 0, 0, 1]))
  retailer.isAway = true
  billing.isOpen = true
  await retailer.until(async () => expect(await world.cases()).toEqual(['bigbox: report refused, 997']))
  await retailer.until(async () => {
    const { mailbox } = await world.partner('bigbox')
    expect(mailbox.awaiting).toMatchObject([{ document: 'invoice', state: 'overdue' }])
    expect((await scores()).at(-1)).toEqual(['invoice', 0, 1, 0])
  })
  retailer.isAway = false
  await retailer.until(async () => expect((await world.partner('bigbox')).mailbox.awaiting).toEqual([]))
  expect(retailer.ids().sort()).toEqual(['810', '855', '856'])
}, 240_000)
