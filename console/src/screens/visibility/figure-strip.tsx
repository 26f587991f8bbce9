import type { ReactNode } from 'react'
import type { Cases, Figures, Kpis, Stuck } from '../../api.ts'
import { age, count, counted, duration } from '../../format.ts'
import { Link, ordersPath } from '../../router.tsx'
import './figure-strip.css'

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
  return (
    <dl className="figures" aria-label="Figures of the day">
      <Duration name="Order release latency" figures={kpis?.releaseLatency} things="order" hours={kpis?.hours} />
      <Duration
        name="Shipment confirmation lag"
        figures={kpis?.shipmentConfirmationLag}
        things="shipment"
        hours={kpis?.hours}
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
        <span className="more">{cases ? oldestText(cases) : NOT_KNOWN}</span>
      </Figure>
    </dl>
  )
}

/** What stands under a figure that has not been read: never a claim that all is well. */
const NOT_KNOWN = 'not known yet'

function oldestText({ cases }: Cases): string {
  return cases.length > 0 ? `oldest ${age(Math.max(...cases.map((one) => one.ageMs)))}` : 'nothing needs a person'
}

interface DurationProps {
  readonly name: string
  readonly figures: Figures | undefined
  readonly things: string
  readonly hours: number | undefined
}

function Duration({ name, figures, things, hours }: DurationProps) {
  const { medianMs = null, p90Ms = null, count: n = 0 } = figures ?? {}
  return (
    <Figure name={name}>
      <Value known={figures !== undefined}>
        {medianMs === null ? '–' : duration(medianMs)}
        {medianMs !== null && <small> median</small>}
      </Value>
      <span className="more">
        {p90Ms !== null && `p90 ${duration(p90Ms)} · ${counted(n, things)} in ${hours} h`}
        {p90Ms === null && (figures ? `nothing measured in ${hours} h` : NOT_KNOWN)}
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
