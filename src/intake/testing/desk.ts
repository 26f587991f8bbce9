import { IdMint } from '../../base/ids.ts'
import { type Customer, type Item, MasterData } from '../../identity/master.ts'
import type { Input } from '../../journal/contract.ts'
import type { FoundKey } from '../../journal/work.ts'
import type { KeyRow, ReceiptRow, Row, TableSpec } from '../../store/contract.ts'
import { type ArrivalAnswer, admitArrival } from '../admit.ts'
import { type Arrival, claimsOf } from '../arrival.ts'
import { interpret } from '../interpret.ts'
import { isSame } from '../recognise.ts'
import type { Sender } from '../settings.ts'

export const NOW = Date.UTC(2026, 0, 5, 9, 30)

export const HAMMER: Item = {
  sku: '4711',
  description: 'Claw hammer',
  baseUnit: 'EA',
  units: [{ uom: 'CA', numerator: 12, denominator: 1 }],
  gtins: [{ gtin: '036000291452', uom: 'EA' }],
  price: { amount: '9.25', currency: 'USD', per: 1, uom: 'EA' },
  substitutes: ['4712'],
}

export const HAM: Item = {
  sku: '0815',
  description: 'Smoked ham',
  baseUnit: 'CA',
  units: [],
  catchWeight: { nominal: '12.5', unit: 'LB', tolerancePercent: '10' },
}

export const ROPE: Item = {
  sku: 'ROPE-8',
  description: 'Rope, 8 mm',
  baseUnit: 'FT',
  units: [
    { uom: 'RL', numerator: 100, denominator: 1 },
    { uom: 'YD', numerator: 3, denominator: 1 },
    { uom: 'BX', numerator: 200, denominator: 1 },
    { uom: 'BX', numerator: 250, denominator: 1 },
  ],
}

export const BIG_BOX: Customer = {
  id: 'C-100',
  name: 'Big Box Stores',
  channelIds: { shop: 'acct-7' },
  ediIds: ['12:5555550142', '92:BIGBOX'],
  shipTos: [
    {
      id: '0042',
      name: 'Store 42',
      address: { lines: ['1 Main St'], city: 'Dayton', region: 'OH', postalCode: '45402' },
    },
    { id: '0043', name: 'Store 43' },
  ],
  currency: 'USD',
  shipComplete: false,
  backorders: true,
  substitutions: true,
  items: [{ number: 'BB-77', sku: '4711' }],
  units: { STK: 'EA' },
}

/** Master data of a small business: three items, one customer. */
export function smallMaster(tenant = 'acme'): MasterData {
  const master = new MasterData(tenant)
  for (const value of [HAMMER, HAM, ROPE]) master.apply({ kind: 'item', value })
  master.apply({ kind: 'customer', value: BIG_BOX })
  return master
}

export const SHOP: Sender = { system: 'shop', role: 'shop' }
export const WAREHOUSE: Sender = { system: 'wms1', role: 'wms', facility: 'DC1' }

/** An order as the shop sends it. */
export const SHOP_ORDER = {
  number: 'PO-1',
  date: '2026-01-05',
  currency: 'USD',
  buyer: { id: 'acct-7' },
  shipTo: { id: '0042' },
  lines: [
    { line: '10', quantity: '3', uom: 'EA', sku: '4711', price: { amount: '9.25' } },
    { line: '20', quantity: '2', uom: 'CS', ids: [{ qualifier: 'BP', value: 'BB-77' }] },
  ],
} as const

/** Bytes of a JSON value. */
export const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

/** What came of an arrival. */
export interface Outcome {
  readonly answer: ArrivalAnswer
  readonly inputs: readonly Input[]
  readonly keys: readonly KeyRow[]
  readonly receipts: readonly ReceiptRow[]
  readonly upserts: readonly (readonly [TableSpec, Row])[]
}

/** Intake with a memory for keys, without the engine: what is admitted is committed at once, unless held back. */
export class Desk {
  readonly master: MasterData
  readonly keys: KeyRow[] = []
  readonly pending: KeyRow[] = []
  readonly #mint = new IdMint()
  readonly #sender: Sender

  constructor(sender: Sender, master = smallMaster()) {
    this.#sender = sender
    this.master = master
  }

  /** Takes an arrival in and commits it. */
  takes(body: unknown, about: Partial<Arrival> = {}): Outcome {
    const outcome = this.offers(body, about)
    this.commit()
    return outcome
  }

  /** Takes an arrival into a turn that is not committed yet. */
  offers(body: unknown, about: Partial<Arrival> = {}): Outcome {
    const bytes = body instanceof Uint8Array ? body : json(body)
    const arrival: Arrival = {
      tenant: 'acme',
      system: this.#sender.system,
      channel: 'http',
      bytes,
      receivedAt: NOW,
      ...about,
    }
    const interpretation = interpret(arrival, { sender: this.#sender, master: this.master })
    const claims = claimsOf(interpretation)
    const asked = (row: KeyRow) => claims.some(({ kind, hash }) => kind === row.kind && isSame(hash, row.hash))
    const found: FoundKey[] = [
      ...this.keys.filter(asked),
      ...this.pending.filter(asked).map((row) => ({ ...row, pending: true })),
    ]
    const admission = admitArrival(interpretation, found, {
      now: NOW,
      mint: (kind, lane) => this.#mint.mint(kind, lane, NOW),
      name: (kind, identity, lane) => this.#mint.name(kind, lane, identity),
      owns: () => true,
    })
    this.pending.push(...(admission.keys ?? []))
    return {
      answer: admission.answer as ArrivalAnswer,
      inputs: admission.inputs,
      keys: admission.keys ?? [],
      receipts: admission.receipts ?? [],
      upserts: admission.upserts ?? [],
    }
  }

  commit(): void {
    this.keys.push(...this.pending.splice(0))
  }
}
