import Type from 'typebox'
import { microsText } from '../base/quantity.ts'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import { type Availability, availability } from './availability.ts'
import { errors } from './errors.ts'
import type { Position } from './position.ts'
import { published } from './promise.ts'
import { baseQuantity, type CountedItem } from './units.ts'

/** What the doors of this room need. */
export interface InventoryPorts {
  /** Committed positions of an item, one for each facility of the tenant (or the one asked for). */
  readonly positions: (tenant: string, item: string, facility?: string) => Promise<readonly Position[]>
  /** The item with its units, from the master; undefined for one nobody knows. */
  readonly units: (tenant: string, item: string) => CountedItem | undefined
  readonly facilities: (tenant: string) => readonly string[]
  /** Why a facility cannot serve now; undefined when it can. */
  readonly cannotServe?: (tenant: string, facility: string, item: string, atMs: number) => string | undefined
}

const quantity = Type.Object({ value: Type.String(), uom: Type.String() })

const availabilityAnswer = Type.Object({
  item: Type.String(),
  promisable: quantity,
  sellable: Type.Object({ units: Type.Integer(), uom: Type.String(), notSellable: quantity }),
  answer: Type.Union([Type.Literal('one-facility'), Type.Literal('several-facilities'), Type.Literal('not-enough')]),
  asOf: Type.String(),
  expiresAt: Type.String(),
  sources: Type.Array(
    Type.Object({
      facility: Type.String(),
      promisable: quantity,
      version: Type.Integer(),
      changedAt: Type.Union([Type.String(), Type.Null()]),
      excluded: Type.Optional(Type.String()),
    }),
  ),
})

const availabilityQuery = Type.Object(
  {
    item: Type.String({ minLength: 1, maxLength: 80 }),
    quantity: Type.Optional(Type.String({ pattern: '^\\d{1,10}(\\.\\d{1,6})?$' })),
    uom: Type.Optional(Type.String({ minLength: 1, maxLength: 10 })),
    facility: Type.Optional(Type.String({ maxLength: 40 })),
    customer: Type.Optional(Type.String({ maxLength: 80 })),
    channel: Type.Optional(Type.String({ maxLength: 80 })),
  },
  { additionalProperties: false },
)

interface AvailabilityQuery {
  readonly item: string
  readonly quantity?: string
  readonly uom?: string
  readonly facility?: string
  readonly customer?: string
  readonly channel?: string
}

export const routes: readonly Route<InventoryPorts>[] = [
  {
    method: 'GET',
    path: '/v1/availability',
    operationId: 'getAvailability',
    summary: 'How much of an item can be promised now, and where.',
    tier: 'process',
    scope: 'inventory:read',
    priority: 0,
    query: availabilityQuery,
    responses: { 200: availabilityAnswer },
    handle: answerAvailability,
  },
]

async function answerAvailability(request: RouteRequest, ports: InventoryPorts): Promise<RouteAnswer> {
  const { tenant, now } = request
  const ask = request.query as unknown as AvailabilityQuery
  if (ask.facility !== undefined && !ports.facilities(tenant).includes(ask.facility)) {
    throw errors.UNKNOWN_FACILITY(ask.facility)
  }
  const item = ports.units(tenant, ask.item)
  if (!item) throw errors.UNKNOWN_ITEM(ask.item)
  const positions = await ports.positions(tenant, ask.item, ask.facility)
  const found = availability(positions, {
    quantity: askedQuantity(ask, item),
    customer: ask.customer,
    channel: ask.channel ?? request.caller.system,
    at: now,
    cannotServe: (facility) => ports.cannotServe?.(tenant, facility, ask.item, now),
  })
  return { status: 200, body: written(ask, found, item) }
}

function askedQuantity({ quantity, uom }: AvailabilityQuery, item: CountedItem): number | undefined {
  return quantity === undefined ? undefined : baseQuantity(item, { value: quantity, uom: uom ?? item.baseUnit })
}

function written(ask: AvailabilityQuery, found: Availability, item: CountedItem) {
  const inBase = (size: number) => ({ value: microsText(size), uom: item.baseUnit })
  const shown = published(found.promisable, item, ask.uom ?? item.baseUnit)
  return {
    item: ask.item,
    promisable: inBase(found.promisable),
    sellable: { units: shown.units, uom: shown.uom, notSellable: inBase(shown.notSellable) },
    answer: found.answer,
    asOf: instant(found.asOf),
    expiresAt: instant(found.expiresAt),
    sources: found.sources.map((source) => ({
      ...source,
      promisable: inBase(source.promisable),
      changedAt: source.changedAt === 0 ? null : instant(source.changedAt),
    })),
  }
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString()
}
