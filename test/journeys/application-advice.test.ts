import { expect, test } from 'vitest'
import { openHub } from '../support/hub.ts'
import { acme, interchangeOf, smallBusiness } from '../support/retailer.ts'

const advice = (control: number, ...entries: string[][]) =>
  interchangeOf('bigbox', control, {
    id: '824',
    functionalId: 'AG',
    segments: [['BGN', '00', 'ADV-1', '20260105'], ...entries] as never,
  })
const TAKEN = ['OTI', 'TA', 'IV', 'INV-1']
const REFUSED = [
  ['OTI', 'TR', 'IV', 'INV-2', '', '', '', '', '55', '0001', '810'],
  ['TED', '848', 'Price differs from the order'],
  ['NTE', '', 'Send another one'],
]

test('an 824 that refuses an invoice is a case in the partner’s words; what it takes needs nobody', async () => {
  const hub = await openHub(acme, { edi: true, landscape: smallBusiness() })
  const answer = await hub.arrives(advice(950, TAKEN, ...REFUSED), { from: 'bigbox' })
  expect(answer.status).toBe(202)
  await hub.settles()
  expect(hub.got('bigbox')).toEqual(['997'])
  expect(hub.of('report.refused')).toMatchObject([
    {
      report: 'application-advice',
      code: 'XD_INTAKE_DOCUMENT_REFUSED',
      reason: 'The partner refused 810 INV-2. 848 Price differs from the order Send another one',
    },
  ])
  expect(hub.cases()).toHaveLength(1)
  await hub.arrives(advice(951, TAKEN, ...REFUSED), { from: 'bigbox' })
  await hub.settles()
  expect(hub.of('report.refused')).toHaveLength(1)
  expect(hub.troubles).toEqual([])
})

test('an 824 that takes everything as it was is acknowledged and opens no case', async () => {
  const hub = await openHub(acme, { edi: true, landscape: smallBusiness() })
  await hub.arrives(advice(950, TAKEN), { from: 'bigbox' })
  await hub.settles()
  expect([hub.got('bigbox'), hub.cases(), hub.troubles]).toEqual([['997'], [], []])
})
