import { useState } from 'react'
import type { DocumentTrace, DocumentTraces, PartnerDocuments as Listed, PartnerDocument } from '../../api.ts'
import { useLive } from '../../live.ts'
import { Instant } from '../../parts/instant.tsx'
import { Pill } from '../../parts/pill.tsx'
import type { Tone } from '../../words.ts'

/** What systems and a partner exchanged, and the whole life of the one that is looked at. */
export function PartnerDocuments({ partner }: { readonly partner: string }) {
  const listed = useLive<Listed>(`/v1/partners/${encodeURIComponent(partner)}/documents?limit=20`, 5_000)
  const [chosen, choose] = useState<PartnerDocument>()
  const asked = chosen && `q=${encodeURIComponent(chosen.key)}&partner=${encodeURIComponent(partner)}`
  const traces = useLive<DocumentTraces>(asked && `/v1/documents/trace?${asked}`, 5_000)
  if (!listed.data || listed.data.items.length === 0) return null
  const traced = chosen && traces.data?.documents.find((one) => nameOf(one) === nameOf(chosen))
  return (
    <section className="card" aria-labelledby="documents-head">
      <header>
        <h2 id="documents-head">Handed on</h2>
        <span>the last documents between systems and this partner</span>
      </header>
      <DocumentList documents={listed.data.items} choose={choose} />
      {traced && <TracedDocument trace={traced} />}
    </section>
  )
}

const nameOf = ({ direction, document, key, about }: PartnerDocument): string =>
  [direction, document, key, about].join(' ')

const TONES: Readonly<Record<string, Tone>> = {
  delivered: 'good',
  acked: 'good',
  recorded: 'quiet',
  test: 'quiet',
  received: 'going',
  issued: 'going',
  sent: 'going',
  acked_with_errors: 'warn',
}

interface DocumentListProps {
  readonly documents: readonly PartnerDocument[]
  readonly choose: (document: PartnerDocument) => void
}

/** A document in each row; its name opens its life. */
export function DocumentList({ documents, choose }: DocumentListProps) {
  return (
    <table className="partner-list">
      <thead>
        <tr>
          <th scope="col">Document</th>
          <th scope="col">About</th>
          <th scope="col">State</th>
          <th scope="col">Since</th>
        </tr>
      </thead>
      <tbody>
        {documents.map((one) => (
          <tr key={nameOf(one)}>
            <td>
              <button type="button" onClick={() => choose(one)}>
                {`${one.set} ${one.key}, ${one.direction === 'in' ? 'theirs' : 'ours'}`}
              </button>
            </td>
            <td>{one.about}</td>
            <td>
              <Pill tone={TONES[one.state] ?? 'bad'}>{one.state.replaceAll('_', ' ')}</Pill>
            </td>
            <td>
              <Instant at={one.changedAt} form="sometime" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Where it came from, under which numbers it went, who has it, and what closed it. */
export function TracedDocument({ trace }: { readonly trace: DocumentTrace }) {
  const { set, key, origin, sent, deliveries, acknowledgement, steps, waits } = trace
  return (
    <div aria-live="polite">
      <div className="case-facts">
        <span>{`${set} ${key}`}</span>
        <span>
          {`from ${[origin.from, ...(origin.channel ? [`by ${origin.channel}`] : []), ...numbersOf(origin)].join(', ')}`}
        </span>
        {origin.receipt && <span>{`receipt ${origin.receipt}`}</span>}
        {sent && <span>{`sent in ${numbersOf(sent).join(', ')}`}</span>}
        {deliveries.map(({ position, what, state }) => (
          <span key={position}>{`${what}: ${state}`}</span>
        ))}
        <span>
          {acknowledgement
            ? `acknowledged by ${acknowledgement.by}, ${acknowledgement.verdict}${acknowledgement.interchange ? `, in interchange ${acknowledgement.interchange}` : ''}`
            : 'not acknowledged yet'}
        </span>
      </div>
      <ul className="gate">
        {steps.map(({ position, occurredAt, who, what }) => (
          <li key={position}>
            <Instant at={occurredAt} form="sometime" />
            <span className="point">{who}</span>
            <span>{what}</span>
          </li>
        ))}
        {waits.map(({ why, since, wakes }) => (
          <li key={`${why} ${since}`}>
            <Instant at={since} form="sometime" />
            <span className="point">waits</span>
            <span>{`${why} ${wakes}`}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** In EDIFACT there is no group, and of a file of many it may not be known which set. */
function numbersOf({ interchange, group, set }: { interchange?: string; group?: string; set?: string }): string[] {
  return [
    ...(interchange ? [`interchange ${interchange}`] : []),
    ...(group ? [`group ${group}`] : []),
    ...(set ? [`set ${set}`] : []),
  ]
}
