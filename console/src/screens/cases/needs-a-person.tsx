import type { Cases } from '../../api.ts'
import { age, counted, money } from '../../format.ts'
import { casePath, Link } from '../../router.tsx'
import './needs-a-person.css'

const SHOWN = 5

/** The oldest open cases: what is wrong, whose it is, how many things it holds up, and what they are worth. */
export function NeedsAPerson({ cases }: { readonly cases: Cases | undefined }) {
  if (!cases || cases.cases.length === 0) return null
  const more = cases.cases.length - SHOWN
  return (
    <section className="card cases" aria-labelledby="cases-head">
      <header>
        <h2 id="cases-head">Needs a person</h2>
        <span>oldest first</span>
      </header>
      <ul>
        {cases.cases.slice(0, SHOWN).map(({ id, title, owner, ageMs, left, atRisk }) => (
          <li key={id}>
            <Link to={casePath(id)}>
              <strong>{title}</strong>
            </Link>
            <span className="sub">
              {[owner, `${age(ageMs)} old`, counted(left, 'member'), ...atRisk.map(money)].join(' · ')}
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && (
        <p className="rest">
          <Link to="/cases">and {counted(more, 'more', 'more')}</Link>
        </p>
      )}
    </section>
  )
}
