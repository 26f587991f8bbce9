import type { ReactNode } from 'react'
import type { Cases, Figures, Kpis, Stuck } from '../../api.ts'
import { age, count, counted, duration } from '../../format.ts'
import { Link, ordersPath } from '../../router.tsx'

interface FigureStripProps {
  readonly kpis?: Kpis | undefined
  readonly stuck?: Stuck | undefined
  readonly cases?: Cases | undefined
}

/** `/v1/stuck` names so many at most. */
const MOST_STUCK = 200
const MOST_CASES = 100

/** The few figures that say whether the day goes well. */
export function FigureStrip({ kpis, stuck, cases }: FigureStripProps) {
  const stuckCount = stuck?.orders.length
  const caseCount = cases?.cases.length
  const oldest = Math.max(0, ...(cases?.cases.map((one) => one.ageMs) ?? []))
  const hours = kpis ? `last ${kpis.hours} h` : ''
  return (
    <dl className="figures" aria-label="Figures of the day">
      <Duration name="Order release latency" figures={kpis?.releaseLatency} things="order" over={hours} />
      <Duration
        name="Shipment confirmation lag"
        figures={kpis?.shipmentConfirmationLag}
        things="shipment"
        over={hours}
      />
      <Figure name="Stuck orders" isBad={stuckCount !== undefined && stuckCount > 0}>
        <Value known={stuckCount !== undefined}>
          {stuckCount ? <Link to={ordersPath({ view: 'stuck' })}>{atMost(stuckCount, MOST_STUCK)}</Link> : '0'}
        </Value>
        <span className="more">no event for longer than usual</span>
      </Figure>
      <Figure name="Shipments the ERP lacks" isBad={(kpis?.unacknowledgedShipments ?? 0) > 0}>
        <Value known={kpis !== undefined}>{count(kpis?.unacknowledgedShipments ?? 0)}</Value>
        <span className="more">over 15 min after dispatch</span>
      </Figure>
      <Figure name="Open cases" isBad={(caseCount ?? 0) > 0}>
        <Value known={caseCount !== undefined}>{atMost(caseCount ?? 0, MOST_CASES)}</Value>
        <span className="more">{caseCount ? `oldest ${age(oldest)}` : 'nothing needs a person'}</span>
      </Figure>
    </dl>
  )
}

interface DurationProps {
  readonly name: string
  readonly figures: Figures | undefined
  readonly things: string
  readonly over: string
}

function Duration({ name, figures, things, over }: DurationProps) {
  const { medianMs = null, p90Ms = null, count: n = 0 } = figures ?? {}
  return (
    <Figure name={name}>
      <Value known={figures !== undefined}>
        {medianMs === null ? '–' : duration(medianMs)}
        {medianMs !== null && <small> median</small>}
      </Value>
      <span className="more">
        {p90Ms === null
          ? `nothing measured in the ${over}`
          : `p90 ${duration(p90Ms)} · ${counted(n, things)} in the ${over}`}
      </span>
    </Figure>
  )
}

interface FigureProps {
  readonly name: string
  readonly isBad?: boolean
  readonly children: ReactNode
}

function Figure({ name, isBad = false, children }: FigureProps) {
  return (
    <div className={isBad ? 'figure bad' : 'figure'}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Value({ known, children }: { readonly known: boolean; readonly children: ReactNode }) {
  return <span className="value">{known ? children : <span className="ghost">000</span>}</span>
}

const atMost = (n: number, most: number): string => (n >= most ? `${count(most)}+` : count(n))
