import { useEffect, useState } from 'react'
import {
  AskFailed,
  type CaseMembers,
  type CaseSummary,
  type Trial,
  type TriedMembers,
  type Trouble,
  tell,
} from '../../api.ts'
import { age, count, counted, money } from '../../format.ts'
import { useLive } from '../../live.ts'
import { TroubleNotice } from '../../parts/trouble.tsx'
import { casePath, go, Link, orderPath } from '../../router.tsx'
import { TryForm } from './try-form.tsx'
import './cases-screen.css'

/** One case: what is wrong, its members page by page, and the way to put them right. */
export function CaseScreen({ id, query }: { readonly id: string; readonly query: URLSearchParams }) {
  const path = `/v1/cases/${encodeURIComponent(id)}`
  const cursor = query.get('cursor')
  const one = useLive<{ case: CaseSummary }>(path)
  const members = useLive<CaseMembers>(
    `${path}/members?limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
  )
  const trials = useLive<{ trials: readonly Trial[] }>(`${path}/trials`)
  const [failed, setFailed] = useState<Trouble>()
  const found = one.data?.case
  const [newest] = trials.data?.trials ?? []
  useEffect(() => {
    document.title = `${found?.title ?? 'Case'} · Crossdock`
  }, [found?.title])

  const say = async (where: string, words: object) => {
    try {
      await tell(`${path}/${where}`, words)
      setFailed(undefined)
    } catch (error) {
      if (!(error instanceof AskFailed)) throw error
      setFailed(error.trouble)
    }
    for (const shown of [one, members, trials]) shown.again()
  }
  const trouble = failed ?? one.trouble
  return (
    <div className="screen">
      <div className="head">
        <h1>{found?.title ?? 'Case'}</h1>
        <Link to="/cases">All cases</Link>
      </div>
      {trouble && <TroubleNotice trouble={trouble} knownAt={one.at} again={one.again} />}
      {found && <CaseFacts found={found} />}
      {found?.open && (
        <section className="card" aria-labelledby="try-head">
          <header>
            <h2 id="try-head">Put it right</h2>
            <span>nothing is sent by trying</span>
          </header>
          <TryForm found={found} tries={(corrections) => void say('trials', { corrections })} />
          {newest && (
            <TrialResult path={path} trial={newest} release={() => void say('release', { trial: newest.id })} />
          )}
        </section>
      )}
      {members.data && <MemberList id={id} members={members.data} />}
    </div>
  )
}

/** Owner, age, how many there are and what they are worth. */
export function CaseFacts({ found }: { readonly found: CaseSummary }) {
  const { owner, priority, ageMs, members, left, released, returned, orders, atRisk, example, note, ...closed } = found
  return (
    <section className="card">
      <div className="case-facts">
        <span>
          {closed.open ? `${owner}, priority ${priority}` : `Closed by ${closed.closedBy}: ${closed.closedFor}`}
        </span>
        <span>{age(ageMs)} old</span>
        <span>{`${count(left)} of ${counted(members, 'member')} left`}</span>
        <span>{`${count(released)} released, ${count(returned)} returned`}</span>
        <span>{[counted(orders, 'order'), ...atRisk.map(money)].join(', ')}</span>
        {example && <span>For example: {example}</span>}
        {note && <span>{note}</span>}
      </div>
    </section>
  )
}

interface TrialResultProps {
  readonly path: string
  readonly trial: Trial
  readonly release: () => void
}

/** What a trial found; a release asks once more, with its number, before it begins. */
export function TrialResult({ path, trial, release }: TrialResultProps) {
  const [isSure, setSure] = useState(false)
  const { id, state, of, tried, verdicts, released, failed } = trial
  const good = verdicts['succeeds'] ?? 0
  const bad = (verdicts['fails'] ?? 0) + (verdicts['conflicts'] ?? 0)
  const wrong = useLive<TriedMembers>(bad > 0 ? `${path}/trials/${id}/members?verdict=fails&limit=5` : undefined)
  const found = Object.entries(verdicts).flatMap(([verdict, many]) => (many > 0 ? [`${count(many)} ${verdict}`] : []))
  return (
    <div>
      <p className="verdict" aria-live="polite">
        {`${trial.by}, ${state}: ${count(tried)} of ${count(of)} tried; ${found.join(', ') || 'nothing yet'}`}
        {released + failed > 0 && `; ${count(released)} released, ${count(failed)} failed`}
      </p>
      {trial.corrections.length > 0 && (
        <ul className="verdict">
          {trial.corrections.map((one) => (
            <li key={JSON.stringify(one)}>{correctionText(one)}</li>
          ))}
        </ul>
      )}
      {wrong.data?.members.map(({ member, why }) => (
        <p className="verdict" key={member}>{`${member}: ${why}`}</p>
      ))}
      {state === 'tried' && good > 0 && (
        <p className="more">
          {isSure ? (
            <button type="button" onClick={release}>{`Yes, release ${counted(good, 'member')}`}</button>
          ) : (
            <button type="button" onClick={() => setSure(true)}>{`Release ${counted(good, 'member')} …`}</button>
          )}
        </p>
      )}
    </div>
  )
}

/** A correction as a before and an after. */
export function correctionText(one: Readonly<Record<string, string>>): string {
  const { kind, type, value, means, where, from, to, member } = one
  if (kind === 'crosswalk') return `${type} ${value} → ${means}`
  return kind === 'mapping' ? `${where}: ${from} → ${to}` : `other content for ${member}`
}

/** The members of a page. An order is a link to what happened to it. */
export function MemberList({ id, members }: { readonly id: string; readonly members: CaseMembers }) {
  const { nextCursor } = members
  return (
    <section className="card" aria-labelledby="members-head">
      <header>
        <h2 id="members-head">Members</h2>
      </header>
      <table className="tried">
        <tbody>
          {members.members.map(({ member, about, standing, detail }) => (
            <tr key={member}>
              <td>
                {about.startsWith('order/') ? <Link to={orderPath(about.slice(6))}>{about.slice(6)}</Link> : member}
              </td>
              <td>{standing}</td>
              <td>{detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {nextCursor && (
        <p className="more">
          <button type="button" onClick={() => go(`${casePath(id)}?cursor=${encodeURIComponent(nextCursor)}`)}>
            Next page
          </button>
        </p>
      )}
    </section>
  )
}
