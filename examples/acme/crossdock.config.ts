// What Acme Supply runs on, whom it trades with, and what should happen: the landscape that `npm start` simulates,
// with two retailers and a 3PL that are spoken to in files. Nothing in it is opened before the hub opens.
import { defineHub, definePartner, orderToCash, secret } from 'crossdock'
import { folder } from 'crossdock/connectors/folder'
import { http } from 'crossdock/connectors/http'
import { invoice, orderAcknowledgement, shipNotice } from 'crossdock/documents'
import { delegatedToCrossdock } from 'crossdock/lifecycle'

/** The simulated systems listen one port after the other; a real one has a URL and a token of its own. */
const system = (port: number, token: string) => http({ url: `http://127.0.0.1:${port}`, token: secret(token) })

const bigBox = definePartner({
  name: 'bigbox',
  title: 'Big Box Stores',
  customer: 'BIGBOX',
  reach: folder({ outbox: 'partners/bigbox/to', taken: 'partners/bigbox/to/done' }),
  pickUp: 'partners/bigbox/from',
  speaks: { ours: 'ZZ:ACMESUPPLY', theirs: '12:5555550142', version: '004010', timeZone: 'America/New_York' },
  // Its clocks: what is late becomes a case before it costs money, and its scorecard counts (crossdock partner show bigbox).
  expects: [
    orderAcknowledgement.within('24h'),
    shipNotice.within('1h', { after: 'shipment.dispatched', penalty: { amount: '150.00', currency: 'USD' } }),
    invoice.within('2d', { after: 'shipment.dispatched' }),
  ],
})

const homeGoods = definePartner({
  name: 'homegoods',
  title: 'Home Goods Depot',
  customer: 'HOMEGOODS',
  reach: folder({ outbox: 'partners/homegoods/to', taken: 'partners/homegoods/to/done' }),
  pickUp: 'partners/homegoods/from',
  speaks: { ours: 'ZZ:ACMESUPPLY', theirs: '01:123456789', version: '004010' },
})

/** A warehouse of somebody else: it gets 940s and answers with 945s. */
const harbor = definePartner({
  name: 'harbor',
  title: 'Harbor 3PL',
  facility: '3PL1',
  reach: folder({ outbox: 'partners/harbor/to', taken: 'partners/harbor/to/done' }),
  pickUp: 'partners/harbor/from',
  speaks: { ours: 'ZZ:ACMESUPPLY', theirs: 'ZZ:HARBOR3PL', version: '004010', ackWithinMs: 4 * 3_600_000 },
})

export default defineHub({
  name: 'acme',
  systems: {
    erp: { role: 'erp', connector: system(7430, 'ERP_TOKEN') },
    wms1: { role: 'wms', facility: 'DC1', connector: system(7431, 'WMS1_TOKEN') },
    wms2: { role: 'wms', facility: 'DC2', connector: system(7432, 'WMS2_TOKEN') },
    shop: { role: 'shop', connector: system(7433, 'SHOP_TOKEN') },
    carrier: { role: 'carrier', connector: system(7434, 'CARRIER_TOKEN') },
  },
  partners: [bigBox, homeGoods, harbor],

  // Acme has no OMS: sourcing and release are delegated to Crossdock, by name. With one, see with-oms.config.ts.
  lifecycle: {
    authority: delegatedToCrossdock({
      erp: 'erp',
      warehouses: { DC1: 'wms1', DC2: 'wms2', '3PL1': 'harbor' },
      carriers: ['carrier'],
    }),
    patience: '60s',
  },

  process: [
    orderToCash({
      erp: 'erp',
      carrier: 'carrier',
      warehouses: [
        { facility: 'DC1', system: 'wms1' },
        { facility: 'DC2', system: 'wms2' },
        { facility: '3PL1', system: 'harbor', speaks: 'edi', partner: 'harbor' },
      ],
      channels: { shop: { kind: 'http' }, bigbox: { kind: 'edi' }, homegoods: { kind: 'edi' } },
      credit: { deferBelow: { amount: '500.00', currency: 'USD' } },
      shorts: ['other-facility', 'substitution', 'backorder', 'cancel'],
      backorders: { first: '15m', longest: '1d' },
    }),
  ],
  delivery: { retry: { first: '1s', longest: '5m', parkAfter: '75h' } },
  cases: { owners: { 'partner refused': 'order-desk', 'report refused': 'integration' } },
})
