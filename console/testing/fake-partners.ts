/** Partners of the hub that is none: one with everything overdue, one in order. */
import type {
  BenchResult,
  DocumentTraces,
  PartnerArrivals,
  PartnerDetail,
  PartnerDocuments,
  PartnerSummary,
} from '../src/api.ts'

/** `GET /v1/partners` */
export function fakePartners(): PartnerSummary[] {
  const fine = { unacknowledged: 0, acknowledgementsOverdue: 0, gaps: 0, documentsOverdue: 0, documentsLate: 0 }
  return [
    {
      ...fine,
      name: 'grandview',
      title: 'Grandview Stores',
      customer: 'GRANDVIEW',
      unacknowledged: 3,
      acknowledgementsOverdue: 1,
      gaps: 1,
      documentsOverdue: 1,
      documentsLate: 1,
    },
    { ...fine, name: 'dockside', title: 'Dockside Fulfilment', facility: '3PL1', unacknowledged: 1 },
    { ...fine, name: 'redline', title: 'Redline Freight', carrier: 'RDLN' },
  ]
}

/** `GET /v1/partners/{name}` */
export function fakePartner({ name, title, customer }: PartnerSummary, now: number): PartnerDetail {
  const at = (minutes: number) => new Date(now - minutes * 60_000).toISOString()
  const group = { group: '202', set: '856', document: 'ship-notice', key: 'SHP-5001', order: 'o-1' }
  return {
    name,
    ...(title === undefined ? {} : { title }),
    ...(customer === undefined ? {} : { customer }),
    days: 30,
    mailbox: {
      lastInterchange: 203,
      lastGroup: 203,
      highestReceived: 104,
      gaps: [{ from: 98, to: 99 }],
      awaiting: [
        { ...group, interchange: '000000202', sentAt: at(1_500), state: 'overdue' },
        {
          ...group,
          group: '203',
          set: '810',
          document: 'invoice',
          key: '<img src=x onerror=alert(1)>',
          interchange: '000000203',
          sentAt: at(12),
          state: 'sent',
        },
      ],
      acknowledged: { accepted: 411, withErrors: 3, partlyRejected: 0, rejected: 1 },
      troubled: [{ ...group, group: '188', key: 'SHP-4890', answeredAt: at(4_000), state: 'rejected' }],
    },
    scorecard: [
      {
        document: 'ship-notice',
        within: '1h',
        after: 'shipment.dispatched',
        inTime: 96,
        late: 1,
        overdue: 1,
        share: 0.98,
        atRisk: { amount: '300.00', currency: 'USD' },
      },
    ],
    owed: [],
  }
}

/** `GET /v1/partners/{name}/arrivals` */
export function fakeArrivals(now: number): PartnerArrivals {
  const receivedAt = new Date(now - 600_000).toISOString()
  const refused = { code: 'XD_INTAKE_SET_REJECTED', reason: 'Set 850 0001 was rejected: <img src=x>', case: 'c1' }
  return {
    items: [
      { receipt: 'r0-5f-01k3v9x2q7-0009', channel: 'as2', receivedAt, verdict: 'repeat', bytes: 0 },
      { receipt: 'r0-5f-01k3v9x2q7-0007', channel: 'sftp', receivedAt, verdict: 'quarantined', bytes: 812, ...refused },
    ],
  }
}

const handedOn = (now: number) => ({
  direction: 'out' as const,
  document: 'load-tender',
  set: '204',
  key: '<img src=x onerror=alert(1)>',
  about: 'load/LOAD-88123',
  state: 'acked',
  at: new Date(now - 1_200_000).toISOString(),
  changedAt: new Date(now - 900_000).toISOString(),
})

/** `GET /v1/partners/{name}/documents` */
export const fakeDocuments = (now: number): PartnerDocuments => ({ items: [handedOn(now)] })

/** `GET /v1/documents/trace` */
export function fakeTraces(now: number): DocumentTraces {
  const one = handedOn(now)
  const step = {
    position: '12/7',
    occurredAt: one.at,
    recordedAt: one.at,
    who: 'Crossdock',
    subject: 'acme/document/x',
  }
  return {
    documents: [
      {
        ...one,
        partner: 'grandview',
        origin: { from: 'erp', receipt: 'r0-5f-01k3v9x2q7-0011', channel: 'http', receivedAt: one.at },
        sent: { at: one.at, interchange: '000000204', group: '204', set: '0001' },
        acknowledgement: { by: 'grandview', verdict: 'accepted', at: one.changedAt, interchange: '000000105' },
        steps: [
          { ...step, type: 'document.sent', what: 'The load-tender went to grandview in interchange 000000204.' },
        ],
        deliveries: [
          {
            position: '12/8',
            target: 'grandview',
            verb: 'edi.send',
            what: 'The EDI document to grandview',
            key: '000000204',
            state: 'done',
            plannedAt: one.at,
          },
        ],
        waits: [],
      },
    ],
  }
}

/** `GET /v1/partners/{name}/bench` */
export function fakeBench(partner: string, now: number): BenchResult {
  const where = 'our-856.edi, 856 0001'
  const finding = (says: string, place: string) => ({
    code: 'XD_DOCUMENTS_QUANTITY_EXCEEDS',
    where,
    place,
    says: `${where}, ${place}: ${says}`,
  })
  const findings = [
    finding('What is shipped of line 1 comes to 130 EA; order GV-10001 has 120 EA.', 'SN102 (segment 17)'),
    finding('What is billed of line 1 comes to 130 EA; order GV-10001 has 120 EA.', 'IT102 (segment 7)'),
  ]
  return {
    partner,
    triedAt: new Date(now - 300_000).toISOString(),
    by: 'operator',
    samples: ['order-1.edi', 'our-856.edi', 'our-810.edi'],
    live: false,
    points: [
      { point: 'profile', state: 'passed', says: 'The configuration says nothing against it.' },
      { point: 'documents agree', state: 'failed', says: findings[0]?.says ?? '', findings },
      {
        point: 'clocks',
        state: 'open',
        says: 'The profile has no `expects`: what is late would be noticed by nobody.',
      },
    ],
  }
}
