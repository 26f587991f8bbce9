import { askedWrongly, callHub, problemText } from '../hub-client.ts'
import { hubUrl } from '../settings.ts'
import type { ExitCode, Terminal } from '../terminal.ts'

/** What `crossdock refusals` is told: about the hub, and which are asked for. */
export interface RefusalsOptions {
  readonly url?: string
  readonly key?: string
  readonly hours?: string
  readonly of?: string
  readonly source?: string
  readonly code?: string
  readonly status?: string
  readonly limit?: string
  readonly json?: boolean
}

interface Refusal {
  readonly key?: string
  readonly source: string
  readonly code: string
  readonly status: number
  readonly count: number
  readonly firstAt: string
  readonly lastAt: string
  readonly doors: readonly string[]
}

/** `crossdock refusals`: what was refused at the doors, as `GET /v1/refusals` says it. */
export async function refusals(
  { url, key, json, of, ...filters }: RefusalsOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { hours, source, code, status, limit } = filters
  const asked = Object.entries({ hours, key: of, source, code, status, limit }).filter(
    ([, value]) => value !== undefined,
  )
  const query = new URLSearchParams(asked as [string, string][]).toString()
  const path = `/v1/refusals${query === '' ? '' : `?${query}`}`
  const answer = await callHub({ url: hubUrl(url, terminal.env), path, ...(key ? { key } : {}) }, terminal)
  if (answer.status >= 300) {
    if (json) terminal.out(JSON.stringify({ status: answer.status, ...answer.body }))
    else terminal.say(problemText(answer))
    return askedWrongly(answer) ? 2 : 1
  }
  terminal.out(json ? JSON.stringify(answer.body) : refusalsText(answer.body['items'] as readonly Refusal[]))
  return 0
}

/** Who asked, why not, how often: each in a line, the latest first. */
export function refusalsText(items: readonly Refusal[]): string {
  if (items.length === 0) return 'Nothing was refused.'
  const who = items.map(({ key, source }) => (key === undefined ? source : `${key} at ${source}`))
  const widest = Math.max(...who.map((one) => one.length))
  return items
    .map(({ status, code, count, firstAt, lastAt, doors }, at) => {
      const when = firstAt === lastAt ? clock(lastAt) : `${clock(firstAt)} to ${clock(lastAt)}`
      return `${when}  ${(who[at] as string).padEnd(widest)}  ${status} ${code}, ${count} times: ${doors.join(', ')}`
    })
    .join('\n')
}

/** To the minute, as they are counted. */
const clock = (instant: string): string => instant.slice(0, 16).replace('T', ' ')
