import { useEffect } from 'react'
import type { CaseSummary, Cases } from '../../api.ts'
import { age, count, money } from '../../format.ts'
import { useLive } from '../../live.ts'
import { TroubleNotice } from '../../parts/trouble.tsx'
import { casePath, Link } from '../../router.tsx'
import './cases-screen.css'

/** What needs a person, the oldest first: whose it is, how old, and what stands still because of it. */
export function CasesScreen({ query }: { readonly query: URLSearchParams }) {
  const isClosed = query.get('open') === 'false'
  const cases = useLive<Cases>(`/v1/cases?limit=200&open=${!isClosed}`)
  useEffect(() => {
    document.title = 'Cases · Crossdock'
  }, [])
  return (
    <div className="screen">
      <div className="head">
        <h1>{isClosed ? 'Closed cases' : 'Cases'}</h1>
        <Link to={isClosed ? '/cases' : '/cases?open=false'}>{isClosed ? 'Open cases' : 'Closed cases'}</Link>
      </div>
      {cases.trouble && <TroubleNotice trouble={cases.trouble} knownAt={cases.at} again={cases.again} />}
      <CaseList cases={cases.data?.cases} />
    </div>
  )
}

/** The rows of a list of cases. */
export function CaseList({ cases }: { readonly cases: readonly CaseSummary[] | undefined }) {
  if (!cases) return null
  if (cases.length === 0) return <p className="empty">Nothing needs a person.</p>
  return (
    <section className="card">
      <table className="case-list">
        <thead>
          <tr>
            <th scope="col">What is wrong</th>
            <th scope="col">Owner</th>
            <th scope="col">Age</th>
            <th scope="col" className="end">
              Left
            </th>
            <th scope="col" className="end">
              Returned
            </th>
            <th scope="col" className="end">
              Orders
            </th>
            <th scope="col" className="end">
              At risk
            </th>
          </tr>
        </thead>
        <tbody>
          {cases.map(({ id, title, owner, priority, ageMs, left, members, returned, orders, atRisk }) => (
            <tr key={id}>
              <td>
                <Link to={casePath(id)}>{title}</Link>
              </td>
              <td>{priority === 2 ? owner : `${owner}, priority ${priority}`}</td>
              <td>{age(ageMs)}</td>
              <td className="end">{`${count(left)} of ${count(members)}`}</td>
              <td className="end">{returned > 0 ? count(returned) : ''}</td>
              <td className="end">{count(orders)}</td>
              <td className="end">{atRisk.map(money).join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
