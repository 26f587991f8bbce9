import type { OrderSummary } from '../../api.ts'
import { age, money } from '../../format.ts'
import { useNow } from '../../live.ts'
import { Instant } from '../../parts/instant.tsx'
import { Pill } from '../../parts/pill.tsx'
import { Link, orderPath, ordersPath } from '../../router.tsx'
import { kindName, reasonsOf, toneOfState } from '../../words.ts'
import type { Asked } from './orders-screen.tsx'
import './order-list.css'

/** Orders with, where they were searched for, the name they were found by. */
export interface Listing {
  readonly rows: readonly {
    readonly order: OrderSummary
    readonly name?: { readonly kind: string; readonly value: string }
  }[]
  readonly next: string | null
}

interface OrderListProps {
  readonly asked: Asked
  readonly listing: Listing | undefined
  readonly failed: boolean
}

/** The orders that the filters leave, page by page. */
export function OrderList({ asked, listing, failed }: OrderListProps) {
  return (
    <section className="card list" aria-labelledby="list-head">
      <header>
        <h2 id="list-head">
          <Heading asked={asked} />
        </h2>
        {isFiltered(asked) && <Link to={ordersPath()}>Show all orders</Link>}
      </header>
      {listing ? (
        <Rows asked={asked} listing={listing} />
      ) : failed ? (
        <p className="empty">Which orders there are is not known now.</p>
      ) : (
        <Loading />
      )}
      {listing && <Pages asked={asked} next={listing.next} />}
    </section>
  )
}

const isFiltered = ({ q, view, state }: Asked): boolean => q !== undefined || view !== undefined || state !== undefined

function Heading({ asked: { q, view, state } }: { readonly asked: Asked }) {
  if (q) return <>Found for “{q}”</>
  if (view === 'stuck') return <>Stuck: no event for longer than their state should take</>
  return state ? <>Orders {state}, the latest first</> : <>All orders, the latest first</>
}

function Rows({ asked, listing }: { readonly asked: Asked; readonly listing: Listing }) {
  const now = useNow()
  if (listing.rows.length === 0) return <Empty asked={asked} />
  return (
    <table className="orders">
      <thead>
        <tr>
          <th scope="col" className="order-column">
            Order
          </th>
          <th scope="col" className="state-column">
            State
          </th>
          <th scope="col">Waits for</th>
          <th scope="col" className="short-column">
            Open lines
          </th>
          <th scope="col" className="short-column">
            Facility
          </th>
          <th scope="col" className="end value-column">
            Value
          </th>
        </tr>
      </thead>
      <tbody>
        {listing.rows.map(({ order, name }) => (
          <Row key={`${order.id} ${name?.kind ?? ''} ${name?.value ?? ''}`} order={order} name={name} now={now} />
        ))}
      </tbody>
    </table>
  )
}

interface RowProps {
  readonly order: OrderSummary
  readonly name: Listing['rows'][number]['name']
  readonly now: number
}

function Row({ order, name, now }: RowProps) {
  const { id, customerOrder, customer, channel, erpNumber, state, since, facilities, value, lines, openLines } = order
  return (
    <tr>
      <th scope="row">
        <Link to={orderPath(id)} className="order-link">
          {customerOrder || id}
        </Link>
        <span className="sub">
          {customer} · {channel}
          {erpNumber ? ` · ${erpNumber}` : ''}
        </span>
        {name && (
          <span className="sub">
            {kindName(name.kind)} {name.value}
          </span>
        )}
      </th>
      <td className="state-cell">
        <Pill tone={toneOfState(state)}>{state}</Pill>
        <span className="sub">
          {age(now - Date.parse(since))}, since <Instant at={since} form="sometime" />
        </span>
      </td>
      <td className="why">
        {reasonsOf(order).map(({ tone, says }) => (
          <span key={says} className={`reason ${tone}`}>
            {says}
          </span>
        ))}
      </td>
      <td data-label="Open lines" className="numbers">
        {openLines} of {lines}
      </td>
      <td data-label="Facility">{facilities.join(', ') || '–'}</td>
      <td data-label="Value" className="end numbers">
        {value ? money(value) : '–'}
      </td>
    </tr>
  )
}

function Empty({ asked: { q, view, state } }: { readonly asked: Asked }) {
  if (q) {
    return (
      <div className="empty">
        <p>Nothing here is called “{q}”.</p>
        <p>
          Names are searched whole: purchase order, order, ERP number, shipment, tracking number, carton, SSCC or
          invoice.
        </p>
      </div>
    )
  }
  if (view === 'stuck')
    return <p className="empty">No order is stuck. Every one has moved within the time its state should take.</p>
  if (state) return <p className="empty">No order is {state} now.</p>
  return (
    <div className="empty">
      <p>No orders yet.</p>
      <p>
        An order shows up here once its bytes are stored. Send one: <code>npx crossdock send order.edi</code>
      </p>
    </div>
  )
}

function Loading() {
  return (
    <div className="loading" role="status">
      <span className="unseen">Reading orders …</span>
      {[...'12345678'].map((row) => (
        <div key={row} className="ghost-row" />
      ))}
    </div>
  )
}

function Pages({ asked, next }: { readonly asked: Asked; readonly next: string | null }) {
  if (!next && !asked.cursor) return null
  const { state } = asked
  return (
    <nav className="pages" aria-label="Pages">
      {asked.cursor && (
        <Link to={ordersPath({ state })} fromTop>
          First page
        </Link>
      )}
      {next ? (
        <Link to={ordersPath({ state, cursor: next })} fromTop>
          Next page
        </Link>
      ) : (
        <span>This is the last page.</span>
      )}
    </nav>
  )
}
