import { expect, test } from 'vitest'
import { IdMint } from '../base/ids.ts'
import type { Breath } from '../base/pieces.ts'
import { ordersFile } from '../documents/flat/orders-file.ts'
import { csv } from '../edi/flat/layout.ts'
import type { Work } from '../journal/work.ts'
import type { Arrival } from './arrival.ts'
import { openIntake } from './receive.ts'
import type { Sender } from './settings.ts'
import { NOW, SHOP, SHOP_ORDER, smallMaster } from './testing/desk.ts'
import { ordersOf } from './testing/edifact.ts'
import { interchangeOf } from './testing/x12.ts'

const orders = ordersFile({
  name: 'orders',
  currency: 'USD',
  layout: csv({
    columns: {
      number: { required: true },
      date: { type: 'date', required: true },
      buyer: { required: true },
      sku: { required: true },
      quantity: { type: 'integer', required: true },
      uom: { required: true },
    },
  }),
})
const partner = { system: 'bigbox', role: 'partner', partner: 'bigbox' } as const
const X12: Sender = { ...partner, edi: { ours: 'ZZ:ACMESUPPLY', theirs: '12:5555550142' } }
const EDIFACT: Sender = { ...partner, edi: { standard: 'edifact', ours: '', theirs: '' } }

/** Hands in one arrival and says what its admission brings, without a journal. */
async function admitted(sender: Sender, about: Partial<Arrival> & Pick<Arrival, 'bytes'>, breath?: Breath) {
  const offered: Work[] = []
  const intake = openIntake({
    store: { countRows: async () => [], loadLanes: async () => [] },
    trouble: () => {},
    offer: (work) => offered.push(work) && work.failed(new Error('this is far enough')),
    sender: () => sender,
    master: () => smallMaster(),
    delay: async () => {},
    ...(breath ? { breath } : {}),
  })
  const arrival = { tenant: 'acme', system: sender.system, channel: 'folder', receivedAt: NOW, ...about }
  await expect(intake.submit(arrival)).rejects.toThrow('this is far enough')
  const [work] = offered as [Work]
  const mint = new IdMint()
  return {
    claims: work.claims,
    ...work.admit([], {
      now: NOW,
      mint: (kind, lane) => mint.mint(kind, lane, NOW),
      name: (kind, identity, lane) => mint.name(kind, lane, identity),
      owns: () => true,
    }),
  }
}

/** Pauses as often as it may. */
function breathless() {
  let pauses = 0
  let now = 0
  const breath: Breath = {
    monotonic: () => {
      now += 1_000
      return now
    },
    scheduler: {
      yield: async () => {
        pauses += 1
      },
    },
  }
  return { breath, pauses: () => pauses }
}

/** The longest stretch between two pauses, in milliseconds of the processor: a busy machine makes it no longer. */
function measured() {
  const monotonic = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1_000
  }
  let longest = 0
  let from = monotonic()
  const stop = () => {
    longest = Math.max(longest, monotonic() - from)
    return longest
  }
  const pause = async () => {
    stop()
    await new Promise((resolve) => setImmediate(resolve))
    from = monotonic()
  }
  return { breath: { monotonic, scheduler: { yield: pause } }, longest: stop }
}

/** Every third order is about an item nobody knows, every fifth is wrong by the standard. */
const numbers = (count: number) => Array.from({ length: count }, (_, at) => `PO-${at}`)
const item = (at: number) => (at % 3 === 2 ? 'NOBODY' : '4711')
const x12File = (count: number) =>
  interchangeOf(
    numbers(count).map((number, at) => ({
      number,
      set: String(at + 1).padStart(4, '0'),
      date: at % 5 === 4 ? '20261399' : '20260105',
      lines: Array.from({ length: 20 }, (_, line) => `PO1*${line + 1}*3*EA*9.25**VN*${item(at)}`),
    })),
  )
const edifactFile = (count: number) =>
  ordersOf(
    numbers(count).map((number, at) => ({
      number,
      date: at % 5 === 4 ? '20261399' : '20260105',
      lines: Array.from({ length: 20 }, (_, line) => [`LIN+${line + 1}++${item(at)}:SA'`, "QTY+21:3:PCE'"]).flat(),
    })),
  )
const csvFile = (count: number) =>
  Buffer.from(
    `number,date,buyer,sku,quantity,uom\n${numbers(count)
      .flatMap((number) => Array(20).fill(`${number},2026-01-05,acct-7,4711,3,EA\n`))
      .join('')}`,
  )
const jsonFile = (count: number) =>
  Buffer.from(JSON.stringify(numbers(count).map((number) => ({ ...SHOP_ORDER, number }))))

const FILES = [
  ['X12', X12, x12File, 450],
  ['EDIFACT', EDIFACT, edifactFile, 450],
  ['CSV', { ...SHOP, files: [orders] }, csvFile, 450],
  ['JSON', SHOP, jsonFile, 1100],
] as const

test.each(FILES)(
  'a large file of %s brings what it would bring if others waited for it',
  async (_, sender, file, count) => {
    const bytes = file(count)
    expect(bytes.length).toBeGreaterThan(256 * 1024)
    const { breath, pauses } = breathless()
    const inPieces = await admitted(sender, { bytes, idempotencyKey: 'k' }, breath)
    expect(pauses()).toBeGreaterThanOrEqual(count)
    expect(inPieces).toEqual(await admitted(sender, { bytes, idempotencyKey: 'k' }))
    expect(inPieces.inputs.length).toBeGreaterThan(count / 2)
  },
)

test('a small file never pauses', async () => {
  const { breath, pauses } = breathless()
  await admitted(X12, { bytes: x12File(20) }, breath)
  expect(pauses()).toBe(0)
})

test.each(FILES.slice(0, 3))(
  '2 MB of %s hold up nobody for long, until all of it is admitted',
  async (_, sender, file, count) => {
    const bytes = file(Math.ceil((2e6 / file(count).length) * count))
    expect(bytes.length).toBeGreaterThan(1_900_000)
    const { breath, longest } = measured()
    await admitted(sender, { bytes, idempotencyKey: 'k' }, breath)
    expect(longest()).toBeLessThan(250)
  },
)
