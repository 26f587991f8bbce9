import { useEffect, useState } from 'react'
import {
  AskFailed,
  type BenchResult,
  type PartnerArrival,
  type PartnerArrivals,
  type PartnerDetail,
  type PartnerScore,
  type Trouble,
  tell,
} from '../../api.ts'
import { count, counted, money } from '../../format.ts'
import { useLive } from '../../live.ts'
import { Instant } from '../../parts/instant.tsx'
import { Pill } from '../../parts/pill.tsx'
import { TroubleNotice } from '../../parts/trouble.tsx'
import { casePath, Link, orderPath } from '../../router.tsx'
import type { Tone } from '../../words.ts'
import { BenchForm } from './bench-form.tsx'
import { PartnerDocuments } from './partner-documents.tsx'
import { roleOf } from './partners-screen.tsx'
import '../cases/cases-screen.css'
import './partners-screen.css'

/** One partner: what it has acknowledged, how the clocks were kept, and whether its files would go through. */
export function PartnerScreen({ name }: { readonly name: string }) {
  const path = `/v1/partners/${encodeURIComponent(name)}`
  const partner = useLive<PartnerDetail>(path, 5_000)
  const bench = useLive<BenchResult>(`${path}/bench`, 5_000)
  const arrivals = useLive<PartnerArrivals>(`${path}/arrivals?limit=10`, 5_000)
  const [failed, setFailed] = useState<Trouble>()
  const title = partner.data?.title ?? name
  useEffect(() => {
    document.title = `${title} · Crossdock`
  }, [title])

  const tries = async (samples: readonly object[]) => {
    try {
      await tell(`${path}/bench`, { samples })
      setFailed(undefined)
    } catch (error) {
      if (!(error instanceof AskFailed)) throw error
      setFailed(error.trouble)
    }
    bench.again()
  }
  const trouble = failed ?? partner.trouble
  return (
    <div className="screen">
      <div className="head">
        <h1>{title}</h1>
        <Link to="/partners">All partners</Link>
      </div>
      {trouble && <TroubleNotice trouble={trouble} knownAt={partner.at} again={partner.again} />}
      {partner.data && <Mailbox partner={partner.data} />}
      {partner.data && (
        <Scorecard days={partner.data.days} scorecard={partner.data.scorecard} owed={partner.data.owed} />
      )}
      <PartnerDocuments partner={name} />
      {arrivals.data && arrivals.data.items.length > 0 && <Arrivals arrivals={arrivals.data.items} />}
      <section className="card" aria-labelledby="gate-head">
        <header>
          <h2 id="gate-head">Go-live gate</h2>
          <span>nothing is kept or sent by trying</span>
        </header>
        <BenchForm tries={tries} />
        {bench.data && <Gate result={bench.data} />}
      </section>
    </div>
  )
}

/** What was acknowledged, and what still waits for it. */
export function Mailbox({ partner }: { readonly partner: PartnerDetail }) {
  const { awaiting, acknowledged, troubled, gaps, lastInterchange, highestReceived } = partner.mailbox
  const { accepted, withErrors, partlyRejected, rejected } = acknowledged
  return (
    <section className="card" aria-labelledby="mailbox-head">
      <header>
        <h2 id="mailbox-head">Acknowledgements</h2>
        <span>{roleOf(partner as never)}</span>
      </header>
      <div className="case-facts">
        <span>{counted(accepted, 'group')} accepted</span>
        <span>{count(withErrors)} with errors</span>
        <span>{count(partlyRejected)} partly rejected</span>
        <span>{count(rejected)} rejected</span>
        <span>{`ours so far ${lastInterchange}, theirs ${highestReceived}`}</span>
        {gaps.map(({ from, to }) => (
          <span key={from}>{from === to ? `${from} never came` : `${from} to ${to} never came`}</span>
        ))}
      </div>
      {awaiting.length + troubled.length > 0 && (
        <table className="partner-list">
          <thead>
            <tr>
              <th scope="col">Document</th>
              <th scope="col">Sent in</th>
              <th scope="col">State</th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody>
            {awaiting.map(({ set, key, interchange, group, order, sentAt, state }) => (
              // in EDIFACT there is no group: the interchange is acknowledged
              <GroupRow
                key={`open ${interchange} ${group} ${key}`}
                document={{ set, key, group: group || interchange, order }}
                at={sentAt}
                state={state}
              />
            ))}
            {troubled.map(({ set, key, group, order, answeredAt, state }) => (
              <GroupRow
                key={`done ${group} ${key}`}
                document={{ set, key, group, order }}
                at={answeredAt}
                state={state}
              />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

/** The last that it sent and was not simply accepted. */
export function Arrivals({ arrivals }: { readonly arrivals: readonly PartnerArrival[] }) {
  return (
    <section className="card" aria-labelledby="arrivals-head">
      <header>
        <h2 id="arrivals-head">Refused, or here before</h2>
        <span>the last that it sent, and the first reason</span>
      </header>
      <table className="partner-list">
        <thead>
          <tr>
            <th scope="col">Receipt</th>
            <th scope="col">Came by</th>
            <th scope="col">What became of it</th>
            <th scope="col">Why</th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          {arrivals.map(({ receipt, channel, verdict, receivedAt, reason, case: inCase }) => (
            <tr key={receipt}>
              <td>{receipt}</td>
              <td>{channel}</td>
              <td>
                <Pill tone={verdict === 'repeat' ? 'quiet' : 'bad'}>
                  {verdict === 'repeat' ? 'here before, no effect' : 'refused'}
                </Pill>
              </td>
              <td>{inCase ? <Link to={casePath(inCase)}>{reason ?? 'its case'}</Link> : reason}</td>
              <td>
                <Instant at={receivedAt} form="sometime" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const STATES: Readonly<Record<string, readonly [word: string, tone: Tone]>> = {
  sent: ['waits', 'going'],
  overdue: ['overdue', 'bad'],
  withErrors: ['with errors', 'warn'],
  partlyRejected: ['partly rejected', 'bad'],
  rejected: ['rejected', 'bad'],
}

interface GroupRowProps {
  readonly document: {
    readonly set: string
    readonly key: string
    readonly group: string
    readonly order: string | undefined
  }
  readonly at: string
  readonly state: string
}

function GroupRow({ document: { set, key, group, order }, at, state }: GroupRowProps) {
  const [word, tone] = STATES[state] ?? [state, 'quiet']
  return (
    <tr>
      <td>{order === undefined ? `${set} ${key}` : <Link to={orderPath(order)}>{`${set} ${key}`}</Link>}</td>
      <td>{group}</td>
      <td>
        <Pill tone={tone}>{word}</Pill>
      </td>
      <td>
        <Instant at={at} form="sometime" />
      </td>
    </tr>
  )
}

interface ScorecardProps {
  readonly days: number
  readonly scorecard: readonly PartnerScore[]
  readonly owed: readonly PartnerScore[]
}

/** How the clocks were kept: what it expects of us, and what it owes us. */
export function Scorecard({ days, scorecard, owed }: ScorecardProps) {
  return (
    <section className="card" aria-labelledby="score-head">
      <header>
        <h2 id="score-head">Scorecard</h2>
        <span>{`last ${counted(days, 'day')}`}</span>
      </header>
      {scorecard.length + owed.length === 0 ? (
        <p className="verdict">Nothing has a clock: nobody would notice what is late.</p>
      ) : (
        <table className="partner-list">
          <thead>
            <tr>
              <th scope="col">Document</th>
              <th scope="col">By when</th>
              <th scope="col" className="end">
                In time
              </th>
              <th scope="col" className="end">
                late
              </th>
              <th scope="col" className="end">
                overdue
              </th>
              <th scope="col" className="end">
                At risk
              </th>
            </tr>
          </thead>
          <tbody>
            {scorecard.map((score) => (
              <ScoreRow key={`ours ${score.document} ${score.after}`} whose="ours" score={score} />
            ))}
            {owed.map((score) => (
              <ScoreRow key={`theirs ${score.document} ${score.after}`} whose="theirs" score={score} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function ScoreRow({ whose, score }: { readonly whose: 'ours' | 'theirs'; readonly score: PartnerScore }) {
  const { document, within, after, inTime, late, overdue, share, atRisk } = score
  return (
    <tr>
      <td>{`${document}, ${whose}`}</td>
      <td>{`within ${within} of ${after}`}</td>
      <td className="end">
        {share === null ? count(inTime) : `${count(inTime)} (${Math.round(share * 1_000) / 10} %)`}
      </td>
      <td className="end">{count(late)}</td>
      <td className="end">{count(overdue)}</td>
      <td className="end">{atRisk && late + overdue > 0 ? money(atRisk) : ''}</td>
    </tr>
  )
}

const TONES: Readonly<Record<string, Tone>> = { passed: 'good', open: 'warn', failed: 'bad', not_shown: 'quiet' }

/** The points of the gate, and all that stands in the way of each. */
export function Gate({ result }: { readonly result: BenchResult }) {
  const { live, points, samples, triedAt, by } = result
  const left = points.filter(({ state }) => state !== 'passed').length
  return (
    <div>
      <p className="verdict" aria-live="polite">
        <Pill tone={live ? 'good' : 'bad'}>{live ? 'may go live' : 'may not go live yet'}</Pill>{' '}
        {`${points.length - left} of ${points.length} passed with ${counted(samples.length, 'file')}, tried by ${by} `}
        <Instant at={triedAt} form="sometime" />
      </p>
      <ul className="gate">
        {points.map(({ point, state, says, findings = [] }) => (
          <li key={point}>
            <Pill tone={TONES[state] ?? 'quiet'}>{state.replace('_', ' ')}</Pill>
            <span className="point">{point}</span>
            <span>{says}</span>
            {findings.slice(1).map((one) => (
              <span key={`${one.code} ${one.says}`} className="more-found">
                {one.says}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </div>
  )
}
