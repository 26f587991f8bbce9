import type { SystemStatus } from '../../api.ts'
import { age, counted } from '../../format.ts'
import { useNow } from '../../live.ts'
import { Instant } from '../../parts/instant.tsx'
import { capital, standing } from '../../words.ts'
import './systems-list.css'

interface SystemsListProps {
  readonly systems: readonly SystemStatus[] | undefined
  readonly isUnknown: boolean
}

/** The systems we talk to: up or down, what waits for them, why, and what will wake it. Those in trouble come first. */
export function SystemsList({ systems, isUnknown }: SystemsListProps) {
  if (!systems && isUnknown) return null
  const down = systems?.filter(({ state }) => state !== 'up') ?? []
  const others = systems?.filter(({ state }) => state === 'up') ?? []
  return (
    <section className="card systems" aria-labelledby="systems-head">
      <header>
        <h2 id="systems-head">Systems</h2>
        {systems && <span>{down.length > 0 ? `${down.length} of ${systems.length} not up` : 'all up'}</span>}
      </header>
      <ul>
        {[...down, ...others].map((system) => (
          <SystemRow key={system.system} system={system} />
        ))}
      </ul>
    </section>
  )
}

function SystemRow({ system }: { readonly system: SystemStatus }) {
  const { word, tone } = standing(system)
  const { system: name, role, facility, waiting, state } = system
  return (
    <li className={`system ${tone}`}>
      <span className="dot" aria-hidden="true" />
      <span className="name">{name}</span>
      <span className="role">{[role?.toUpperCase(), facility].filter(Boolean).join(' · ')}</span>
      <span className="word">{word}</span>
      {(state !== 'up' || waiting > 0) && <Pause system={system} />}
    </li>
  )
}

/** Why it pauses, since when, and what will wake it. */
function Pause({ system: { state, since, reason, wakesAt, waiting } }: { readonly system: SystemStatus }) {
  const now = useNow()
  const waits = waiting > 0 ? `${counted(waiting, 'request')} ${waiting === 1 ? 'waits' : 'wait'}.` : ''
  if (state === 'up') return <p className="pause">{waits} They go out as they come due.</p>
  return (
    <p className="pause">
      {reason ? capital(reason) : 'It does not answer'}
      {since && (
        <>
          {' '}
          since <Instant at={since} /> ({age(now - Date.parse(since))})
        </>
      )}
      . {waits} {wakesAt && <Probe at={wakesAt} now={now} />}
    </p>
  )
}

function Probe({ at, now }: { readonly at: string; readonly now: number }) {
  const left = Math.ceil((Date.parse(at) - now) / 1_000)
  return left > 0 ? <>It is tried again in {left} s, then everything goes on by itself.</> : <>It is being tried now.</>
}
