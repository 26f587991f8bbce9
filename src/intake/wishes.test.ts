/** What a document wants of an order that is there: without a number it is known by what it says. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Sender } from './settings.ts'
import { Desk, json, SHOP, SHOP_ORDER } from './testing/desk.ts'
import { interchangeOf } from './testing/x12.ts'

const EDI = { ours: 'ZZ:ACMESUPPLY', theirs: '12:5555550142' }
const BIGBOX: Sender = { system: 'bigbox', role: 'partner', partner: 'bigbox', edi: EDI }

interface Wish {
  readonly document: '850' | '860'
  readonly purpose: '01' | '04'
  readonly quantity: number
  /** BCH05; an 850 has nowhere to say it. */
  readonly number?: string
}

let envelopes = 0
/** A wish in an envelope of its own. */
function enveloped({ document, purpose, quantity, number = '' }: Wish): Buffer {
  envelopes += 1
  const control = String(envelopes).padStart(9, '0')
  const text = interchangeOf([{ number: 'PO-1', lines: [`PO1*10*${quantity}*EA*9.25**VN*4711`] }], {
    control,
    group: String(envelopes),
  }).toString()
  if (document === '850') return Buffer.from(text.replace('BEG*00', `BEG*${purpose}`))
  return Buffer.from(
    text
      .replace('GS*PO*', 'GS*PC*')
      .replace('ST*850*', 'ST*860*')
      .replace('BEG*00*SA*PO-1**20260105', `BCH*${purpose}*SA*PO-1**${number}*20260105*****20260106`)
      .replace(/PO1\*10\*(\d+)\*EA/, 'POC*10*QI*$1*$1*EA'),
  )
}

const WISHES = new Set(['order.change', 'order.cancel', 'order.change_document'])
/** A desk at which the order is already, and what it was asked for since. */
function asking() {
  const desk = new Desk(BIGBOX)
  desk.takes(interchangeOf([{ number: 'PO-1', lines: ['PO1*10*9*EA*9.25**VN*4711'] }], { control: '999999999' }))
  return (wish: Wish) => {
    const { inputs, answer } = desk.takes(enveloped(wish), { channel: 'folder' })
    expect(answer.status).toBe(202)
    return inputs.filter((input) => input.kind === 'arrival' && WISHES.has(input.type)).length
  }
}

const wish: fc.Arbitrary<Wish> = fc.record(
  {
    document: fc.constantFrom('850', '860'),
    purpose: fc.constantFrom('01', '04'),
    quantity: fc.integer({ min: 1, max: 4 }),
  },
  { requiredKeys: ['document', 'purpose', 'quantity'] },
)

test('however often and in whatever order wishes come, each content has its effect the first time and no other', () => {
  fc.assert(
    fc.property(fc.array(wish, { minLength: 1, maxLength: 12 }), (wishes) => {
      const ask = asking()
      const before = new Set<string>()
      for (const one of wishes) {
        const content = JSON.stringify(one)
        expect(ask(one), content).toBe(before.has(content) ? 0 : 1)
        before.add(content)
      }
    }),
    { numRuns: 60 },
  )
})

test('under a number the content is wanted once, and under the next number once more', () => {
  const ask = asking()
  const wanted = { document: '860', purpose: '04', quantity: 3 } as const
  expect([ask({ ...wanted, number: '1' }), ask({ ...wanted, number: '1' })]).toEqual([1, 0])
  expect([ask({ ...wanted, number: '2' }), ask(wanted), ask(wanted)]).toEqual([1, 1, 0])
})

test('who gives every request a key of its own means each of them; a file has none of its own', () => {
  const wanted = (desk: Desk, key: string, channel: string) => {
    const order = { ...SHOP_ORDER, purpose: 'cancel', lines: [{ ...SHOP_ORDER.lines[0], quantity: '1' }] }
    const { inputs } = desk.takes(json(order), { idempotencyKey: key, channel })
    return inputs.filter((input) => input.kind === 'arrival' && WISHES.has(input.type)).length
  }
  for (const [channel, effects] of [
    ['http', [1, 0, 1]],
    ['folder', [1, 0, 0]],
  ] as const) {
    const desk = new Desk(SHOP)
    desk.takes(SHOP_ORDER, { idempotencyKey: 'k-0' })
    expect(['k-1', 'k-1', 'k-2'].map((key) => wanted(desk, key, channel))).toEqual(effects)
  }
})
