import { useEffect } from 'react'
import type { PartnerSummary, Partners } from '../../api.ts'
import { count } from '../../format.ts'
import { useLive } from '../../live.ts'
import { Pill } from '../../parts/pill.tsx'
import { TroubleNotice } from '../../parts/trouble.tsx'
import { Link, partnerPath } from '../../router.tsx'
import type { Tone } from '../../words.ts'
import '../cases/cases-screen.css'
import './partners-screen.css'

/** Whom we trade with, and who waits for whom. */
export function PartnersScreen() {
  const partners = useLive<Partners>('/v1/partners', 5_000)
  useEffect(() => {
    document.title = 'Partners · Crossdock'
  }, [])
  return (
    <div className="screen">
      <div className="head">
        <h1>Partners</h1>
      </div>
      {partners.trouble && <TroubleNotice trouble={partners.trouble} knownAt={partners.at} again={partners.again} />}
      <PartnerList partners={partners.data?.items} />
    </div>
  )
}

/** What a partner is to us, in a few words. */
export function roleOf({ customer, facility, carrier, supplier }: PartnerSummary): string {
  const is = [
    customer === undefined ? undefined : `customer ${customer}`,
    facility === undefined ? undefined : `warehouse ${facility}`,
    carrier === undefined ? undefined : `carrier ${carrier}`,
    supplier === undefined ? undefined : `supplier ${supplier}`,
  ]
  return is.filter((one) => one !== undefined).join(', ')
}

/** How a partner stands: overdue is worse than late, and late worse than waiting. */
export function standingOf(partner: PartnerSummary): { readonly word: string; readonly tone: Tone } {
  const { acknowledgementsOverdue, documentsOverdue, documentsLate, unacknowledged, gaps } = partner
  if (acknowledgementsOverdue + documentsOverdue > 0) return { word: 'overdue', tone: 'bad' }
  if (documentsLate + gaps > 0) return { word: documentsLate > 0 ? 'was late' : 'numbers missing', tone: 'warn' }
  return unacknowledged > 0 ? { word: 'waiting', tone: 'going' } : { word: 'in order', tone: 'good' }
}

/** The rows of the list of partners. */
export function PartnerList({ partners }: { readonly partners: readonly PartnerSummary[] | undefined }) {
  if (!partners) return null
  if (partners.length === 0) return <p className="empty">This hub trades with nobody by file.</p>
  return (
    <section className="card">
      <table className="partner-list">
        <thead>
          <tr>
            <th scope="col">Partner</th>
            <th scope="col">It is</th>
            <th scope="col">State</th>
            <th scope="col" className="end">
              Unacknowledged
            </th>
            <th scope="col" className="end">
              of these overdue
            </th>
            <th scope="col" className="end">
              Documents overdue
            </th>
            <th scope="col" className="end">
              late
            </th>
            <th scope="col" className="end">
              Gaps
            </th>
          </tr>
        </thead>
        <tbody>
          {partners.map((partner) => (
            <PartnerRow key={partner.name} partner={partner} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function PartnerRow({ partner }: { readonly partner: PartnerSummary }) {
  const { name, title, unacknowledged, acknowledgementsOverdue, documentsOverdue, documentsLate, gaps } = partner
  const { word, tone } = standingOf(partner)
  const figures = [unacknowledged, acknowledgementsOverdue, documentsOverdue, documentsLate, gaps]
  const columns = ['unacknowledged', 'acknowledgements overdue', 'documents overdue', 'documents late', 'gaps']
  return (
    <tr>
      <td>
        <Link to={partnerPath(name)}>{title ?? name}</Link>
      </td>
      <td>{roleOf(partner)}</td>
      <td>
        <Pill tone={tone}>{word}</Pill>
      </td>
      {figures.map((figure, at) => (
        <td key={columns[at]} className="end">
          {count(figure)}
        </td>
      ))}
    </tr>
  )
}
