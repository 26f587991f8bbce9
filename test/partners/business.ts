/** The business that five fictitious partners trade with. */
import { defineHub, orderToCash } from '../../src/config/define-hub.ts'
import { http } from '../../src/connectors/http/index.ts'
import { delegatedToCrossdock } from '../../src/lifecycle/authority.ts'
import { dockside } from './dockside/profile.ts'
import { grandview } from './grandview/profile.ts'
import { harborclub } from './harborclub/profile.ts'
import { parcelplace } from './parcelplace/profile.ts'
import { redline } from './redline/profile.ts'

const connector = http({ url: 'http://127.0.0.1:9' })

export default defineHub({
  name: 'acme',
  systems: { erp: { role: 'erp', connector }, wms: { role: 'wms', facility: 'DC1', connector } },
  partners: [grandview, harborclub, parcelplace, dockside, redline],
  lifecycle: {
    authority: delegatedToCrossdock({
      erp: 'erp',
      warehouses: { DC1: 'wms', '3PL1': 'dockside' },
      carriers: ['redline'],
    }),
  },
  process: [
    orderToCash({
      erp: 'erp',
      carrier: 'redline',
      warehouses: [
        { facility: 'DC1', system: 'wms' },
        { facility: '3PL1', system: 'dockside', speaks: 'edi', partner: 'dockside' },
      ],
      channels: {
        grandview: { kind: 'edi' },
        harborclub: { kind: 'edi' },
        parcelplace: { kind: 'edi' },
      },
    }),
  ],
})
