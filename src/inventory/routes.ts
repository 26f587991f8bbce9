import Type from 'typebox'
import { micros, microsText } from '../base/quantity.ts'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import { type Availability, availability } from './availability.ts'
import { errors } from './errors.ts'
import type { Position } from './position.ts'
import { published } from './promise.ts'
import { type ItemUnits, toBase } from './units.ts'

/** What the doors of this room need. */
export interface InventoryPorts {
  /** Committed positions of an item, one for each facility of the tenant (or the one asked for). */
  readonly positions: (tenant: string, item: string, facility?: string) => Promise<readonly Position[]>
  /** The item's units from the master; undefined for an item nobody knows. */
  readonly units: (tenant: string, item: string) => ItemUnits | undefined
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
  const units = ports.units(tenant, ask.item)
  if (!units) throw errors.UNKNOWN_ITEM(ask.item)
  const positions = await ports.positions(tenant, ask.item, ask.facility)
  const found = availability(positions, {
    quantity: askedQuantity(ask, units),
    customer: ask.customer,
    channel: ask.channel ?? request.caller.system,
    at: now,
    cannotServe: (facility) => ports.cannotServe?.(tenant, facility, ask.item, now),
  })
  return { status: 200, body: written(ask, found, units) }
}

function askedQuantity({ quantity, uom }: AvailabilityQuery, units: ItemUnits): number | undefined {
  if (quantity === undefined) return undefined
  if (uom === undefined || uom === units.baseUnit) return micros(quantity)
  return toBase(units, { value: quantity, uom })
}

function written(ask: AvailabilityQuery, found: Availability, units: ItemUnits) {
  const inBase = (size: number) => ({ value: microsText(size), uom: units.baseUnit })
  const shown = published(found.promisable, units, ask.uom ?? units.baseUnit)
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
