import { afterAll, expect, test } from 'vitest'
import { seededRandom } from '../base/random.ts'
import { Admission, type Entrant } from './admission.ts'
import { type As2Partner, type As2Ports, as2Routes } from './as2-door.ts'
import { type DoorwayPorts, doorways } from './doorways.ts'
import { type HookPorts, hooks } from './hooks.ts'
import { openGateway } from './server.ts'

const HOOKED = new Set(['shop', 'wms1'])
const AS2: Readonly<Record<string, string>> = { BIGBOX: 'bigbox', 'Home Goods': 'homegoods' }
const admission = new Admission({ random: seededRandom(1) })
/** Senders in the order in which they came to the door; those that have used up their quota. */
const came: string[] = []
const spent = new Set<string>()
admission.quota = { spent: (caller) => (spent.has(caller) ? 1_000 : 0), take: (caller) => came.push(caller) }
/** Systems whose class was asked for: of those alone that could prove themselves. */
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
    'anyone (unproved)',
    'bigbox (unproved)',
    'homegoods (unproved)',
    'anyone (unproved)',
  ])
  expect(classes).toEqual(['shop', 'wms1', 'bigbox', 'homegoods'])
})

test('who floods in one name shuts out that name alone', async () => {
  spent.add('shop (unproved)').add('bigbox (unproved)')
  const statuses = [await hook('shop'), await hook('wms1'), await as2('BIGBOX')].map(({ statusCode }) => statusCode)
  expect(statuses).toEqual([429, 401, 429])
  expect((await as2('"Home Goods"')).statusCode).not.toBe(429)
})

test('a crowd of one sender leaves the others their places', () => {
  const crowded = new Admission({ random: seededRandom(3), settings: { placesAtFirst: 64 } })
  const of = (caller: string): Entrant => ({
    priority: 1,
    caller,
    bytes: 0,
    isRead: false,
    isIntake: true,
    isProved: false,
  })
  while (!crowded.enter(of('shop')));
  expect(crowded.enter(of('bigbox'))).toBeUndefined()
})

test('who proves itself counts in its class while its message is worked on; who does not, in the room of the unproved', async () => {
  const rooms: unknown[] = []
  const open = new Admission({ random: seededRandom(4) })
  const door = openGateway<HookPorts>({
    routes: hooks as never,
    ports: {
      tenant: 'acme',
      signatureOf: () =>
        ({
          verify: (headers: Record<string, string>) => {
            rooms.push(open.room)
            return headers['webhook-signature'] === 'good' ? { id: 'm1' } : { fault: 'wrong' }
          },
        }) as never,
      arrive: async () => {
        rooms.push(open.room)
        return { status: 202 }
      },
    },
    clock: { now: () => 0 },
    random: seededRandom(2),
    admit: () => expect.unreachable('no key is asked for'),
    admission: open,
    doorwayClass: () => 0,
  })
  const send = (signature: string) =>
    door.inject({ method: 'POST', url: '/hooks/wms1', payload: {}, headers: { 'webhook-signature': signature } })
  expect((await send('good')).statusCode).toBe(202)
  expect(rooms).toMatchObject([
    { inside: 0, unproved: 1 },
    { inside: 1, unproved: 0 },
  ])
  expect((await send('bad')).statusCode).toBe(401)
  expect(rooms.slice(2)).toMatchObject([{ inside: 0, unproved: 1 }])
  expect(open.room).toMatchObject({ inside: 0, unproved: 0, bytes: 0 })
  expect(open.counts[0]?.waits.count).toBe(1)
  await door.drain()
})

test('a key that was made for one system takes no place in the class of another, and its body is not read', async () => {
  const entered: number[] = []
  const open = new Admission({ random: seededRandom(5) })
  open.quota = { spent: () => 0, take: () => entered.push(1) }
  const door = openGateway<DoorwayPorts>({
    routes: doorways as never,
    ports: { arrive: async () => ({ status: 202 }) },
    clock: { now: () => 0 },
    random: seededRandom(2),
    admit: () => ({ key: 'shop', tenant: 'acme', system: 'shop', scopes: ['in:write'] }),
    known: () => ({ key: 'shop', tenant: 'acme', system: 'shop', scopes: ['in:write'] }),
    admission: open,
    doorwayClass: (system) => (system === 'wms1' ? 0 : 1),
  })
  const send = (system: string) =>
    door.inject({
      method: 'POST',
      url: `/in/${system}`,
      payload: {},
      headers: { authorization: 'Bearer xd_live_x', expect: '100-continue' },
    })
  for (let at = 0; at < 3; at += 1) expect((await send('wms1')).statusCode).toBe(403)
  expect(entered).toHaveLength(0)
  expect((await send('shop')).statusCode).toBe(202)
  expect(entered).toHaveLength(1)
  await door.drain()
})
