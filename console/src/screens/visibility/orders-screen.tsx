import { useContext, useEffect } from 'react'
import type { Cases, Found, Kpis, OrderPage, Stuck, Systems } from '../../api.ts'
import { zoneName } from '../../format.ts'
import { useLive } from '../../live.ts'
import { Zone } from '../../parts/instant.tsx'
import { TroubleNotice } from '../../parts/trouble.tsx'
import { go, orderPath } from '../../router.tsx'
import { zoneOf } from '../../words.ts'
import { NeedsAPerson } from '../cases/needs-a-person.tsx'
import { SystemsList } from '../delivery/systems-list.tsx'
import { FigureStrip } from './figure-strip.tsx'
import { type Listing, OrderList } from './order-list.tsx'
import { PhaseBoard } from './phase-board.tsx'

const PAGE = 50
const SLOWLY_MS = 5_000

/** Orders by lifecycle state: how many are where, which ones, why they wait, and how the systems are. */
export function OrdersScreen({ query }: { readonly query: URLSearchParams }) {
  const asked = askedIn(query)
  const page = useLive<OrderPage>(pagePath(asked))
  const found = useLive<Found>(asked.q ? `/v1/search?${new URLSearchParams({ q: asked.q })}` : undefined)
  const stuck = useLive<Stuck>('/v1/stuck', SLOWLY_MS)
  const kpis = useLive<Kpis>('/v1/kpis', SLOWLY_MS)
  const systems = useLive<Systems>('/v1/systems', SLOWLY_MS)
  const cases = useLive<Cases>('/v1/cases?limit=100', SLOWLY_MS)

  useTitle(titleOf(asked))
  useOnlyOrder(asked.q, found.data)

  const own = useContext(Zone)
  const facilities = systems.data?.items.flatMap(({ facility }) => facility ?? []) ?? []
  const zone = zoneOf(facilities, systems.data?.items ?? [], own)
  const states = (page.data ?? page.before)?.states
  const read = asked.q ? found : asked.view === 'stuck' ? stuck : page
  return (
    <Zone value={zone}>
      <div className="screen">
        <div className="head">
          <h1>Orders</h1>
          <p className="zone">Times in {zoneName(zone, Date.now())}</p>
        </div>
        {read.trouble && <TroubleNotice trouble={read.trouble} knownAt={read.at} again={read.again} />}
        <FigureStrip kpis={kpis.data} stuck={stuck.data} cases={cases.data} />
        <PhaseBoard states={states} selected={asked.q ? undefined : asked.state} />
        <div className="columns">
          <OrderList
            asked={asked}
            listing={listingOf(asked, page.data, found.data, stuck.data)}
            failed={read.trouble !== undefined}
          />
          <aside>
            <SystemsList systems={systems.data?.items} isUnknown={systems.trouble !== undefined} />
            <NeedsAPerson cases={cases.data} />
          </aside>
        </div>
      </div>
    </Zone>
  )
}

/** What the address asks for. */
export interface Asked {
  readonly state?: string
  readonly cursor?: string
  readonly q?: string
  readonly view?: 'stuck'
}

function askedIn(query: URLSearchParams): Asked {
  const of = (name: 'state' | 'cursor' | 'q') => {
    const value = query.get(name)
    return value ? { [name]: value } : {}
  }
  return { ...of('state'), ...of('cursor'), ...of('q'), ...(query.get('view') === 'stuck' ? { view: 'stuck' } : {}) }
}

function pagePath({ state, cursor, q, view }: Asked): string {
  const isList = q === undefined && view === undefined
  const query = new URLSearchParams({ limit: String(isList ? PAGE : 1) })
  if (isList && state) query.set('state', state)
  if (isList && cursor) query.set('cursor', cursor)
  return `/v1/orders?${query}`
}

function titleOf({ q, view, state }: Asked): string {
  if (q) return `“${q}”`
  if (view) return 'Stuck orders'
  return state ? `Orders ${state}` : 'Orders'
}

/** One list, wherever it comes from; undefined while it is not known. */
function listingOf(asked: Asked, page?: OrderPage, found?: Found, stuck?: Stuck): Listing | undefined {
  if (asked.q) return found && { rows: found.found.map(({ order, ...name }) => ({ order, name })), next: null }
  if (asked.view === 'stuck') return stuck && { rows: stuck.orders.map((order) => ({ order })), next: null }
  return page && { rows: page.orders.map((order) => ({ order })), next: page.next }
}

/** A name that leads to one order only leads there at once. */
function useOnlyOrder(q: string | undefined, found: Found | undefined): void {
  const ids = new Set(found?.found.map(({ order }) => order.id))
  const only = q && ids.size === 1 ? [...ids][0] : undefined
  useEffect(() => {
    if (only) go(orderPath(only), { replace: true })
  }, [only])
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Crossdock`
  }, [title])
}
