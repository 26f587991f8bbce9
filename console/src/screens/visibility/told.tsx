import type { Delivery, Shipment } from '../../api.ts'
import { type Paper, targetsOf } from '../../chronicle.ts'
import { Instant } from '../../parts/instant.tsx'
import { Pill } from '../../parts/pill.tsx'
import { requestName, toneOfDelivery } from '../../words.ts'
import './told.css'

/** Which systems have been told what, and how far each telling is. */
export function ToldSystems({ deliveries }: { readonly deliveries: readonly Delivery[] }) {
  if (deliveries.length === 0) return null
  return (
    <section className="card told" aria-labelledby="told-head">
      <header>
        <h2 id="told-head">Who has been told</h2>
      </header>
      {targetsOf(deliveries).map(({ target, deliveries: its, done }) => (
        <div key={target} className="target">
          <h3>
            {target} <span>{done === its.length ? 'all done' : `${done} of ${its.length} done`}</span>
          </h3>
          <ul>
            {its.map(({ position, verb, state }) => (
              <li key={position}>
                <span>{requestName(verb)}</span> <Pill tone={toneOfDelivery(state)}>{state}</Pill>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  )
}

interface PapersProps {
  readonly papers: readonly Paper[]
  readonly shipments: readonly Shipment[]
}

/** The documents that trade expects, and the shipments they speak of. */
export function Papers({ papers, shipments }: PapersProps) {
  return (
    <>
      {shipments.length > 0 && (
        <section className="card papers" aria-labelledby="shipments-head">
          <header>
            <h2 id="shipments-head">Shipments</h2>
          </header>
          <ul>
            {shipments.map(({ shipment, status, scac, shipDate, invoice }) => (
              <li key={shipment}>
                <span className="name id">{shipment}</span>
                <span className="word">{status}</span>
                <span className="sub">
                  {[scac, shipDate, invoice && `invoice ${invoice}`].filter(Boolean).join(' · ')}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {papers.length > 0 && (
        <section className="card papers" aria-labelledby="papers-head">
          <header>
            <h2 id="papers-head">Documents</h2>
          </header>
          <ul>
            {papers.map(({ key, name, set, direction, with: partner, at }) => (
              <li key={key}>
                <span className="name">
                  {set && <code>{set}</code>} {name}
                </span>
                <span className="word">
                  <Instant at={at} />
                </span>
                <span className="sub">
                  {direction === 'in' ? 'from' : 'to'} {partner}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
