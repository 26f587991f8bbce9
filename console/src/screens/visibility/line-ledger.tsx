import type { OrderLine } from '../../api.ts'
import { readLine, sharesOf } from '../../chronicle.ts'
import { counted, isNothing, quantity } from '../../format.ts'
import { Pill } from '../../parts/pill.tsx'
import { toneOfState } from '../../words.ts'
import './line-ledger.css'

const ALWAYS = ['ordered', 'reserved', 'released', 'picked', 'packed', 'shipped', 'invoiced'] as const
/** Shown only where they say something for one of the lines. */
const SOMETIMES = ['backordered', 'shorted', 'recalled', 'substituted', 'cancelled'] as const

type Column = (typeof ALWAYS)[number] | (typeof SOMETIMES)[number]

/** The lines with their quantities: an append-only ledger, from which every state is worked out. */
export function LineLedger({ lines: asKept }: { readonly lines: readonly OrderLine[] }) {
  const lines = asKept.map(readLine)
  const extra = SOMETIMES.filter((name) => lines.some((line) => !isNothing(line[name])))
  const columns: readonly Column[] = [...ALWAYS, ...extra]
  return (
    <section className="card ledger" aria-labelledby="ledger-head">
      <header>
        <h2 id="ledger-head">Lines</h2>
        <span>{counted(lines.length, 'line')}, quantities in each line’s base unit</span>
      </header>
      <div className="wide">
        <table>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">State</th>
              {columns.map((name) => (
                <th key={name} scope="col" className="end">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <LedgerRow key={line.line} line={line} columns={columns} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function LedgerRow({ line, columns }: { readonly line: OrderLine; readonly columns: readonly Column[] }) {
  const hasOtherNumber = line.customerLine !== undefined && line.customerLine !== line.line
  return (
    <tr>
      <th scope="row">
        <span className="line-number">{line.line}</span>
        <span className="item">{line.item ?? 'unknown item'}</span>
        {hasOtherNumber && <span className="sub">customer’s line {line.customerLine}</span>}
        <Progress line={line} />
      </th>
      <td>
        <Pill tone={toneOfState(line.state)}>{line.state}</Pill>
      </td>
      {columns.map((name) => (
        <td key={name} data-label={name} className={`end numbers ${isNothing(line[name]) ? 'nothing' : `is-${name}`}`}>
          {isNothing(line[name]) ? '–' : quantity(line[name])}
          {name === 'ordered' && line.uom && <span className="uom"> {line.uom}</span>}
        </td>
      ))}
    </tr>
  )
}

/** How far the parts of a line have come, as one bar; the figures beside it say the same. */
function Progress({ line }: { readonly line: OrderLine }) {
  let from = 0
  const parts = sharesOf(line).map(({ name, permille }) => {
    const x = from
    from += permille
    return <rect key={name} className={`share ${name}`} x={x} y="0" width={permille} height="6" />
  })
  return (
    <svg className="progress" viewBox="0 0 1000 6" preserveAspectRatio="none" aria-hidden="true">
      {parts}
    </svg>
  )
}
