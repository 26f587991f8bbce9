// Acme Supply on the day it has an order management system: that sources, promises and releases. Nothing else changes.
import { defineHub, orderToCash, secret } from 'crossdock'
import { http } from 'crossdock/connectors/http'
import { withOrderManagement } from 'crossdock/lifecycle'
import acme from './crossdock.config.ts'

const oms = http({ url: 'http://127.0.0.1:7435', token: secret('OMS_TOKEN') })

export default defineHub({
  ...acme,
  systems: { ...acme.systems, oms: { role: 'oms', connector: oms } },
  lifecycle: {
    ...acme.lifecycle,
    authority: withOrderManagement({
      oms: 'oms',
      erp: 'erp',
      warehouses: { DC1: 'wms1', DC2: 'wms2', '3PL1': 'harbor' },
      carriers: ['carrier'],
    }),
  },
  process: [orderToCash({ ...acme.process[0].options, oms: 'oms' })],
})
