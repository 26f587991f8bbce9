import { byDay, type Entry, participants } from '../../chronicle.ts'
import { count, counted } from '../../format.ts'
import { Instant, Sentence } from '../../parts/instant.tsx'
import { Pill } from '../../parts/pill.tsx'
import { Link } from '../../router.tsx'
import { toneOfDelivery } from '../../words.ts'
import './chronicle-list.css'

interface ChronicleProps {
  readonly entries: readonly Entry[]
  /** Only what this participant said or was told. */
  readonly who: string | undefined
  readonly zone: string
  readonly zoneText: string
}

/** The story of an order in plain words, in the order in which it was recorded. */
export function Chronicle({ entries, who, zone, zoneText }: ChronicleProps) {
  const shown = who ? entries.filter((entry) => entry.who === who) : entries
  return (
    <section className="card chronicle" aria-labelledby="chronicle-head">
      <header>
        <h2 id="chronicle-head">What happened</h2>
        <span>Times in {zoneText}</span>
      </header>
      <Filter entries={entries} who={who} />
      {byDay(shown, zone).map(({ day, entries: its }) => (
        <div key={day}>
          <h3>{day}</h3>
          <ol>
            {its.map((entry) => (
              <EntryRow key={entry.key} entry={entry} />
            ))}
          </ol>
        </div>
      ))}
      {shown.length === 0 && (
        <p className="empty">{who} has said nothing about this order and has been told nothing.</p>
      )}
    </section>
  )
}

function Filter({ entries, who }: { readonly entries: readonly Entry[]; readonly who: string | undefined }) {
  const all = participants(entries)
  if (all.length < 2) return null
  return (
    <nav className="chips" aria-label="Whose part of the story">
      <Link to={location.pathname} current={who === undefined}>
        Everyone <span>{count(entries.length)}</span>
      </Link>
      {all.map((one) => (
        <Link key={one.who} to={`?${new URLSearchParams({ who: one.who })}`} current={one.who === who}>
          {one.who} <span>{count(one.count)}</span>
        </Link>
      ))}
    </nav>
  )
}

/** What stands between who and what, for those who cannot see the arrows. */
const WAYS = { in: ' said: ', inside: ' decided: ', out: ' was told: ' } as const

function EntryRow({ entry }: { readonly entry: Entry }) {
  const { at, who, direction, tone, what, detail, happenedAt, delivery } = entry
  return (
    <li className={`entry ${direction} ${tone}`}>
      <Instant at={at} />
      <Way direction={direction} />
      <p className="who">
        {who}
        <span className="unseen">{WAYS[direction]}</span>
      </p>
      <p className="what" title={detail}>
        <Sentence>{what}</Sentence>{' '}
        {delivery && (
          <span className="outcome">
            <Pill tone={toneOfDelivery(delivery.state)}>{delivery.state}</Pill> <Outcome {...delivery} />
          </span>
        )}
        {happenedAt && (
          <span className="outcome">
            happened at <Instant at={happenedAt} />
          </span>
        )}
      </p>
    </li>
  )
}

function Outcome({ state, doneAt, attempts, reason, nextAt }: NonNullable<Entry['delivery']>) {
  const tries = attempts !== undefined && attempts > 1 ? `after ${counted(attempts, 'attempt')}` : ''
  return (
    <>
      {state === 'done' && doneAt && <Instant at={doneAt} />}
      {[tries, reason].filter(Boolean).join(': ')}
      {nextAt && (
        <>
          {' · next attempt '}
          <Instant at={nextAt} />
        </>
      )}
    </>
  )
}

/** An arrow down and in, an arrow up and out, or a point for what was decided here. */
function Way({ direction }: { readonly direction: Entry['direction'] }) {
  const lines = { in: 'M11.5 4.5l-7 7m0-5v5h5', out: 'M4.5 11.5l7-7m-5 0h5v5', inside: '' }[direction]
  return (
    <svg className="way" viewBox="0 0 16 16" aria-hidden="true">
      {lines ? <path d={lines} /> : <circle cx="8" cy="8" r="3.2" />}
    </svg>
  )
}
