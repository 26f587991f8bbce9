import type { PartnerScore } from '../../intake/partner-routes.ts'
import { askedWrongly, callHub, problemText } from '../hub-client.ts'
import { hubUrl } from '../settings.ts'
import type { ExitCode, Terminal } from '../terminal.ts'

/** What every `crossdock partner …` is told about the hub. */
export interface PartnerOptions {
  readonly url?: string
  readonly key?: string
  readonly days?: string
  readonly json?: boolean
}

/** What a partner is to us. */
interface Roles {
  readonly customer?: string
  readonly facility?: string
  readonly carrier?: string
  readonly supplier?: string
}

interface PartnerLine extends Roles {
  readonly name: string
  readonly title?: string
  readonly unacknowledged: number
  readonly acknowledgementsOverdue: number
  readonly gaps: number
  readonly documentsOverdue: number
  readonly documentsLate: number
}

interface PartnerPage extends Roles {
  readonly name: string
  readonly title?: string
  readonly days: number
  readonly mailbox: {
    readonly lastInterchange: number
    readonly highestReceived: number
    readonly gaps: readonly { readonly from: number; readonly to: number }[]
    readonly awaiting: readonly {
      readonly set: string
      readonly document: string
      readonly key: string
      readonly interchange: string
      /** Empty in EDIFACT, where an interchange is acknowledged. */
      readonly group: string
      readonly sentAt: string
      readonly state: string
    }[]
    readonly acknowledged: {
      readonly accepted: number
      readonly withErrors: number
      readonly partlyRejected: number
      readonly rejected: number
    }
    readonly troubled: readonly {
      readonly set: string
      readonly document: string
      readonly key: string
      readonly answeredAt: string
      readonly state: string
    }[]
  }
  readonly scorecard: readonly PartnerScore[]
  /** Absent from hubs of earlier releases. */
  readonly owed?: readonly PartnerScore[]
}

/** `crossdock partner list`, as `GET /v1/partners` says it. */
export function partnerList(options: PartnerOptions, terminal: Terminal): Promise<ExitCode> {
  return told('', options, terminal, ({ items }) => partnersText(items as readonly PartnerLine[]))
}

/** `crossdock partner show NAME`, as `GET /v1/partners/{name}` says it. */
export function partnerShow(name: string, options: PartnerOptions, terminal: Terminal): Promise<ExitCode> {
  return told(`/${encodeURIComponent(name)}`, options, terminal, (body) => partnerText(body as unknown as PartnerPage))
}

/** Every partner in a line. */
export function partnersText(partners: readonly PartnerLine[]): string {
  if (partners.length === 0)
    return 'This hub has no partners. They are stated in crossdock.config.ts, by definePartner.'
  const widest = Math.max(...partners.map(({ name }) => name.length))
  const widestRole = Math.max(...partners.map((one) => whatItIs(one).length))
  return partners
    .map((one) => {
      const { unacknowledged, acknowledgementsOverdue, gaps, documentsOverdue, documentsLate } = one
      const acks = `${unacknowledged} unacknowledged (${acknowledgementsOverdue} overdue)`
      const documents = `documents: ${documentsOverdue} overdue, ${documentsLate} late`
      const who = `${one.name.padEnd(widest)}  ${whatItIs(one).padEnd(widestRole)}`
      return `${who}  ${acks}, ${gaps === 1 ? '1 gap' : `${gaps} gaps`}, ${documents}`
    })
    .join('\n')
}

const WORDS: Readonly<Record<string, string>> = { withErrors: 'with errors', partlyRejected: 'partly rejected' }

/** One partner: who it is, what it has not acknowledged, and its scorecard. */
export function partnerText({ name, title, days, mailbox, scorecard, owed = [], ...is }: PartnerPage): string {
  const lines = [`${name}${title === undefined ? '' : ` (${title})`}: ${whatItIs(is)}`]
  lines.push(`last interchange of ours ${mailbox.lastInterchange}, highest of theirs ${mailbox.highestReceived}`)
  for (const { from, to } of mailbox.gaps) lines.push(`  missing of theirs: ${from === to ? from : `${from} to ${to}`}`)
  lines.push(mailbox.awaiting.length === 0 ? 'everything sent is acknowledged' : 'not acknowledged:')
  for (const { set, document, key, interchange, group, sentAt, state } of mailbox.awaiting) {
    const place = group === '' ? `interchange ${interchange}` : `group ${group}`
    lines.push(`  ${set} ${document} ${key}, ${place}, sent ${sentAt}${state === 'overdue' ? ', OVERDUE' : ''}`)
  }
  const { accepted, withErrors, partlyRejected, rejected } = mailbox.acknowledged
  lines.push(
    `acknowledged: ${accepted} accepted, ${withErrors} with errors, ${partlyRejected} partly rejected, ${rejected} rejected`,
  )
  for (const { set, document, key, answeredAt, state } of mailbox.troubled)
    lines.push(`  ${set} ${document} ${key}: ${WORDS[state] ?? state}, ${answeredAt}`)
  lines.push(scorecard.length === 0 ? 'nothing is expected by a clock' : `scorecard, last ${days} days:`)
  for (const score of scorecard) lines.push(`  ${scoreText(score)}`)
  if (owed.length > 0) lines.push(`what it owes us, last ${days} days:`)
  for (const score of owed) lines.push(`  ${scoreText(score)}`)
  return lines.join('\n')
}

function whatItIs({ customer, facility, carrier, supplier }: Roles): string {
  const words = [
    ...(customer === undefined ? [] : [`customer ${customer}`]),
    ...(facility === undefined ? [] : [`warehouse of ${facility}`]),
    ...(carrier === undefined ? [] : [`carrier ${carrier}`]),
    ...(supplier === undefined ? [] : [`supplier ${supplier}`]),
  ]
  return words.length === 0 ? 'partner' : words.join(', ')
}

function scoreText({ document, within, after, inTime, late, overdue, share, atRisk }: PartnerScore): string {
  const kept = share === null ? 'none yet' : `${Math.round(share * 1_000) / 10} % in time`
  const money = atRisk && late + overdue > 0 ? `, ${atRisk.amount} ${atRisk.currency} at risk` : ''
  return `${document} within ${within} of ${after}: ${kept} (${inTime} in time, ${late} late, ${overdue} overdue)${money}`
}

async function told(
  path: string,
  { url, key, days, json }: PartnerOptions,
  terminal: Terminal,
  text: (body: Readonly<Record<string, unknown>>) => string,
): Promise<ExitCode> {
  const query = days === undefined ? '' : `?days=${encodeURIComponent(days)}`
  const answer = await callHub(
    { url: hubUrl(url, terminal.env), path: `/v1/partners${path}${query}`, method: 'GET', ...(key ? { key } : {}) },
    terminal,
  )
  if (answer.status >= 300) {
    if (json) terminal.out(JSON.stringify({ status: answer.status, ...answer.body }))
    else terminal.say(problemText(answer))
    return askedWrongly(answer) ? 2 : 1
  }
  terminal.out(json ? JSON.stringify(answer.body) : text(answer.body))
  return 0
}
