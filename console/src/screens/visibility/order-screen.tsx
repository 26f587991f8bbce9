import { useContext } from 'react'
import type { Found, OrderDetail, Systems, Timeline } from '../../api.ts'
import { entriesOf, papersOf } from '../../chronicle.ts'
import { age, money, zoneName } from '../../format.ts'
import { useLive, useNow } from '../../live.ts'
import { Instant, Zone } from '../../parts/instant.tsx'
import { Pill } from '../../parts/pill.tsx'
import { TroubleNotice } from '../../parts/trouble.tsx'
import { Link, ordersPath } from '../../router.tsx'
import { list, toneOfState, zoneOf } from '../../words.ts'
import { Chronicle } from './chronicle-list.tsx'
import { LineLedger } from './line-ledger.tsx'
import { useTitle } from './orders-screen.tsx'
import { Papers, ToldSystems } from './told.tsx'
import { Waits } from './waits.tsx'
import './order-screen.css'

const SLOWLY_MS = 5_000

interface OrderScreenProps {
  /** The order's id, or anything it is known by. */
  readonly id: string
  readonly query: URLSearchParams
}

/** One order across all systems: where it stands, why it waits, its lines, and its story in order. */
export function OrderScreen({ id, query }: OrderScreenProps) {
  const story = useLive<Timeline>(`/v1/timeline/${encodeURIComponent(id)}`)
  const orderId = story.data?.order?.id
  const found = useLive<Found>(orderId ? `/v1/search?${new URLSearchParams({ q: orderId })}` : undefined, SLOWLY_MS)
  const systems = useLive<Systems>('/v1/systems', SLOWLY_MS)
  const own = useContext(Zone)
  useTitle(story.data?.order?.customerOrder ?? id)

  const summary = found.data?.found.find(({ order }) => order.id === orderId)?.order
  const zone = zoneOf(summary?.facilities ?? [], systems.data?.items ?? [], own)
  return (
    <Zone value={zone}>
      <div className="screen order">
        <p className="crumb">
          <Link to={ordersPath()}>Orders</Link>
        </p>
        {story.trouble?.status === 404 ? (
          <Unknown id={id} />
        ) : story.trouble?.code === 'XD_VISIBILITY_SEVERAL' ? (
          <Several name={id} />
        ) : (
          <>
            {story.trouble && <TroubleNotice trouble={story.trouble} knownAt={story.at} again={story.again} />}
            {story.data ? (
              <Story
                story={story.data}
                since={summary?.since}
                facilities={summary?.facilities}
                zone={zone}
                query={query}
              />
            ) : (
              !story.trouble && <Loading id={id} />
            )}
          </>
        )}
      </div>
    </Zone>
  )
}

interface StoryProps {
  readonly story: Timeline
  readonly since: string | undefined
  readonly facilities: readonly string[] | undefined
  readonly zone: string
  readonly query: URLSearchParams
}

function Story({ story, since, facilities = [], zone, query }: StoryProps) {
  const entries = entriesOf(story)
  const { order } = story
  return (
    <>
      {order && <Head order={order} since={since} facilities={facilities} />}
      <Waits waits={story.waits} />
      {order && <LineLedger lines={order.lines} />}
      <div className="columns">
        <Chronicle
          entries={entries}
          who={query.get('who') ?? undefined}
          zone={zone}
          zoneText={zoneName(zone, Date.now())}
        />
        <aside>
          <ToldSystems deliveries={story.deliveries} />
          <Papers papers={papersOf(story.steps, order?.channel ?? 'unknown')} shipments={order?.shipments ?? []} />
        </aside>
      </div>
    </>
  )
}

interface HeadProps {
  readonly order: OrderDetail
  readonly since: string | undefined
  readonly facilities: readonly string[]
}

function Head({ order, since, facilities }: HeadProps) {
  const now = useNow()
  const { id, state, customer, customerOrder, channel, erpNumber, receivedAt, value, holds } = order
  return (
    <header className="order-head">
      <div className="title">
        <h1>{customerOrder || id}</h1>
        <Pill tone={toneOfState(state)}>{state}</Pill>
        {since && <span className="since">for {age(now - Date.parse(since))}</span>}
      </div>
      <dl className="facts">
        <Fact name="Customer">{customer}</Fact>
        <Fact name="Came in by">{channel}</Fact>
        <Fact name="Received">
          <Instant at={receivedAt} form="day and time" />
        </Fact>
        <Fact name="ERP number">{erpNumber ?? 'not posted yet'}</Fact>
        <Fact name="Value">{value ? money(value) : '–'}</Fact>
        <Fact name={facilities.length > 1 ? 'Facilities' : 'Facility'}>
          {facilities.join(', ') || 'not chosen yet'}
        </Fact>
        {holds.length > 0 && <Fact name={holds.length > 1 ? 'Holds' : 'Hold'}>{list(holds)}</Fact>}
        <Fact name="Crossdock id">
          <code>{id}</code>
        </Fact>
      </dl>
    </header>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Unknown({ id }: { readonly id: string }) {
  return (
    <section className="notice">
      <h1>No order is known as “{id}”</h1>
      <p>
        It may not have come in yet, or it has another name. Search for a purchase order, shipment, tracking or invoice
        number above, or go to <Link to={ordersPath()}>all orders</Link>.
      </p>
    </section>
  )
}

function Several({ name }: { readonly name: string }) {
  return (
    <section className="notice">
      <h1>Several orders are known as “{name}”</h1>
      <p>
        <Link to={ordersPath({ q: name })}>See them all</Link> and choose the one that is meant.
      </p>
    </section>
  )
}

function Loading({ id }: { readonly id: string }) {
  return (
    <div className="loading" role="status">
      <h1>{id}</h1>
      <span className="unseen">Reading its story …</span>
      {[...'123456'].map((row) => (
        <div key={row} className="ghost-row" />
      ))}
    </div>
  )
}
