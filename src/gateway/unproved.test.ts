import { afterAll, expect, test } from 'vitest'
import { seededRandom } from '../base/random.ts'
import { Admission, type Entrant } from './admission.ts'
import { type As2Partner, type As2Ports, as2Routes } from './as2-door.ts'
import { type HookPorts, hooks } from './hooks.ts'
import { openGateway } from './server.ts'

const HOOKED = new Set(['shop', 'wms1'])
const AS2: Readonly<Record<string, string>> = { BIGBOX: 'bigbox', 'Home Goods': 'homegoods' }
const admission = new Admission({ random: seededRandom(1) })
/** Senders in the order in which they came to the door; those that have used up their quota. */
const came: string[] = []
const spent = new Set<string>()
admission.quota = { spent: (caller) => (spent.has(caller) ? 1_000 : 0), take: (caller) => came.push(caller) }
const classes: string[] = []
const gateway = openGateway<HookPorts & As2Ports>({
  routes: [...hooks, ...as2Routes] as never,
  ports: {
    tenant: 'acme',
    signatureOf: (system) => (HOOKED.has(system) ? { verify: () => ({ fault: 'wrong' }) } : undefined) as never,
    as2Partner: (ours, theirs) =>
      ours === 'ACME' && AS2[theirs] ? ({ system: AS2[theirs] } as As2Partner) : undefined,
    sendReceipt: () => expect.unreachable('nothing is confirmed'),
    as2Refused: () => expect.unreachable('nothing is read'),
    as2Reused: () => expect.unreachable('nothing is read'),
    arrive: () => expect.unreachable('nobody has proved anything'),
  },
  clock: { now: () => 0 },
  random: seededRandom(2),
  admit: () => expect.unreachable('no key is asked for'),
  admission,
  doorwayClass: (system) => {
    classes.push(system)
    return undefined
  },
})
afterAll(() => gateway.drain())

const hook = (system: string) => gateway.inject({ method: 'POST', url: `/hooks/${system}`, payload: {} })
const as2 = (from: string) =>
  gateway.inject({
    method: 'POST',
    url: '/as2',
    headers: { 'as2-to': 'ACME', 'as2-from': from, 'content-type': 'application/pkcs7-mime' },
    payload: 'x',
  })

test('at doors without a key each sender that is known has its own share, apart from what comes with its key', async () => {
  for (const system of ['shop', 'wms1', 'nobody']) expect((await hook(system)).statusCode).toBe(401)
  for (const from of ['BIGBOX', '"Home Goods"', 'NOBODY']) await as2(from)
  expect(came).toEqual([
    'shop (unproved)',
    'wms1 (unproved)',
    'anyone',
    'bigbox (unproved)',
    'homegoods (unproved)',
    'anyone',
  ])
  expect(classes.slice(3, 5)).toEqual(['bigbox', 'homegoods'])
})

test('who floods in one name shuts out that name alone', async () => {
  spent.add('shop (unproved)').add('bigbox (unproved)')
  const statuses = [await hook('shop'), await hook('wms1'), await as2('BIGBOX')].map(({ statusCode }) => statusCode)
  expect(statuses).toEqual([429, 401, 429])
  expect((await as2('"Home Goods"')).statusCode).not.toBe(429)
})

test('a crowd of one sender leaves the others their places', () => {
  const crowded = new Admission({ random: seededRandom(3), settings: { placesAtFirst: 64 } })
  const of = (caller: string): Entrant => ({ priority: 1, caller, bytes: 0, isRead: false, isIntake: true })
  while (!crowded.enter(of('shop (unproved)')));
  expect(crowded.enter(of('bigbox (unproved)'))).toBeUndefined()
})
