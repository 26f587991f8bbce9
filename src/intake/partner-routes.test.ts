import { expect, test } from 'vitest'
import type { RouteRequest } from '../journal/route.ts'
import type { ListedArrival } from './arrival-book.ts'
import { arrivalRoutes } from './arrival-routes.ts'
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

const REFUSED = { code: 'XD_INTAKE_SET_REJECTED', reason: 'Set 850 0001 was rejected.', case: 'c1' }

test('what a partner sent and was not accepted is listed page by page, for partners there are', async () => {
  const arrivals: ListedArrival[] = [
    { id: 'r2', at: 2_000, channel: 'as2', verdict: 'repeat', bytes: 0, day: 0 },
    { id: 'r1', at: 1_000, channel: 'sftp', verdict: 'quarantined', bytes: 7, day: 0 },
  ]
  const asked: unknown[] = []
  const book = {
    list: async (tenant: string, sender: string, query: object) => {
      asked.push([tenant, sender, query])
      return arrivals
    },
  }
  const list = (name: string, query: object) =>
    arrivalRoutes[0]?.handle({ tenant: 'acme', params: { name }, query } as unknown as RouteRequest, {
      partners: ports.partners,
      arrivals: book,
      reasons: async () => new Map([['r1', REFUSED]]),
    })
  const page = await list('bigbox', { limit: 2 })
  expect(page).toEqual({
    status: 200,
    body: {
      items: [
        { receipt: 'r2', receivedAt: '1970-01-01T00:00:02.000Z', channel: 'as2', verdict: 'repeat', bytes: 0 },
        {
          receipt: 'r1',
          receivedAt: '1970-01-01T00:00:01.000Z',
          channel: 'sftp',
          verdict: 'quarantined',
          bytes: 7,
          ...REFUSED,
        },
      ],
    },
    next: expect.any(String),
  })
  expect(await list('bigbox', { limit: 3, verdict: 'repeat', cursor: page?.next })).not.toHaveProperty('next')
  expect(asked).toEqual([
    ['acme', 'bigbox', { limit: 2 }],
    ['acme', 'bigbox', { limit: 3, verdict: 'repeat', after: { at: 1_000, id: 'r1' } }],
  ])
  await expect(list('nobody', {})).rejects.toMatchObject({ code: 'XD_INTAKE_PARTNER_UNKNOWN' })
})
