import { askedWrongly, callHub, problemText } from '../hub-client.ts'
import { hubUrl } from '../settings.ts'
import type { ExitCode, Terminal } from '../terminal.ts'

/** What `crossdock partner documents` is told: about the hub, and which documents are asked for. */
export interface PartnerDocumentsOptions {
  readonly url?: string
  readonly key?: string
  readonly direction?: string
  readonly document?: string
  readonly state?: string
  readonly limit?: string
  readonly cursor?: string
  readonly json?: boolean
}

interface ListedDocument {
  readonly direction: 'in' | 'out'
  readonly document: string
  readonly set: string
  readonly key: string
  readonly about: string
  readonly state: string
  readonly at: string
  readonly interchange?: string
  readonly reason?: string
}

/** `crossdock partner documents NAME`, as `GET /v1/partners/{name}/documents` says it. */
export async function partnerDocuments(
  name: string,
  { url, key, json, direction, document, state, limit, cursor }: PartnerDocumentsOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const asked = Object.entries({ direction, document, state, limit, cursor }).filter(([, value]) => value !== undefined)
  const query = new URLSearchParams(asked as [string, string][]).toString()
  const path = `/v1/partners/${encodeURIComponent(name)}/documents${query === '' ? '' : `?${query}`}`
  const answer = await callHub({ url: hubUrl(url, terminal.env), path, ...(key ? { key } : {}) }, terminal)
  if (answer.status >= 300) {
    if (json) terminal.out(JSON.stringify({ status: answer.status, ...answer.body }))
    else terminal.say(problemText(answer))
    return askedWrongly(answer) ? 2 : 1
  }
  const { items, nextCursor } = answer.body as { items: readonly ListedDocument[]; nextCursor?: string }
  terminal.out(json ? JSON.stringify(answer.body) : documentsText(name, items))
  if (!json && nextCursor) terminal.say(`There are more: --cursor ${nextCursor}`)
  return 0
}

/** Every document in a line, the latest first. */
export function documentsText(partner: string, documents: readonly ListedDocument[]): string {
  if (documents.length === 0)
    return `Nothing was handed on between ${partner} and a system. Documents of orders stand on the timelines of their orders.`
  const widest = Math.max(...documents.map(({ state }) => state.length))
  return documents
    .map(({ direction, document, set, key, about, state, at, interchange, reason }) => {
      const way = direction === 'in' ? 'from' : 'to  '
      const where = interchange === undefined ? '' : `, interchange ${interchange}`
      return `${at}  ${way}  ${state.padEnd(widest)}  ${set} ${document} ${key} (${about})${where}${reason === undefined ? '' : `: ${reason}`}`
    })
    .join('\n')
}
