import { count } from '../../format.ts'
import { Link, ordersPath } from '../../router.tsx'
import { countPhases, type StateCount, toneOfState } from '../../words.ts'
import './phase-board.css'

interface PhaseBoardProps {
  readonly states: readonly StateCount[] | undefined
  readonly selected: string | undefined
}

/** How many orders are in each state, in the order in which an order goes through them. Each state is a filter. */
export function PhaseBoard({ states, selected }: PhaseBoardProps) {
  const phases = countPhases(states ?? [])
  return (
    <nav className="phases" aria-label="Orders by state">
      {phases.map(({ name, states: its, total }) => (
        <section key={name} className="phase">
          <h2>
            {name} <span className="total">{states ? count(total) : ' '}</span>
          </h2>
          <ul>
            {its.map((one) => (
              <StateRow key={one.state} {...one} isKnown={states !== undefined} isSelected={one.state === selected} />
            ))}
          </ul>
        </section>
      ))}
    </nav>
  )
}

interface StateRowProps extends StateCount {
  readonly isKnown: boolean
  readonly isSelected: boolean
}

function StateRow({ state, count: n, isKnown, isSelected }: StateRowProps) {
  const classes = ['state', n > 0 ? toneOfState(state) : 'none']
  return (
    <li>
      <Link to={ordersPath(isSelected ? {} : { state })} className={classes.join(' ')} current={isSelected}>
        <span className="dot" aria-hidden="true" />
        <span className="name">{state}</span>
        <span className="n">{isKnown ? count(n) : ''}</span>
      </Link>
    </li>
  )
}
