import { expect, test } from 'vitest'
import type { RouteRequest } from '../journal/route.ts'
import { type PartnerDoorPorts, type PartnerScore, partnerRoutes } from './partner-routes.ts'

const clock = (document: string, overdue: number, late: number): PartnerScore => {
  return { document, within: '1h', after: 'order.received', inTime: 0, late, overdue, share: 0 }
}
const ports: PartnerDoorPorts = {
  store: { loadRows: async () => [undefined] },
  partners: () => [{ name: 'bigbox' }, { name: 'fast', carrier: 'FAST' }],
  scores: async (_tenant, partner) =>
    partner === 'bigbox' ? [clock('ship-notice', 1, 2), clock('invoice', 3, 0)] : [],
  owedScores: async (_tenant, partner) =>
    partner === 'bigbox' ? [clock('application-advice', 10, 20)] : [clock('tender-response', 4, 5)],
}

test('a partner in a list is late for what it owes us as well as for what we owe it', async () => {
  const list = partnerRoutes.find(({ operationId }) => operationId === 'listPartners')
  const answer = await list?.handle({ tenant: 'acme', query: {} } as RouteRequest, ports)
  expect(answer?.body).toMatchObject({
    items: [
      { name: 'bigbox', documentsOverdue: 14, documentsLate: 22 },
      { name: 'fast', documentsOverdue: 4, documentsLate: 5 },
    ],
  })
})
