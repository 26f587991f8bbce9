import { callHub, type HubAnswer, keyOfContent, problemText } from '../hub-client.ts'
import { readInput } from '../input.ts'
import { hubUrl } from '../settings.ts'
import type { ExitCode, Terminal } from '../terminal.ts'

/** What `crossdock send` is told. */
export interface SendOptions {
  readonly to?: string
  readonly system?: string
  readonly topic?: string
  readonly key?: string
  readonly idempotencyKey?: string
  readonly wait?: number
  readonly json?: boolean
}

/**
 * `crossdock send FILE`: hands a file to a hub as a partner or a system would: to the doorway of `--system`, else (JSON
 * only) as orders to `/v1/orders`. The same file sent again gets the first answer. 1 when anything of it was refused.
 */
export async function send(file: string, options: SendOptions, terminal: Terminal): Promise<ExitCode> {
  const bytes = await readInput(file, terminal)
  const contentType = contentTypeOf(bytes, file)
  const path = pathFor(options, contentType)
  if (path === undefined) {
    terminal.say('An EDI file goes to a doorway: say whose with --system NAME.')
    return 2
  }
  const url = hubUrl(options.to, terminal.env)
  const answer = await callHub(
    {
      url,
      path,
      method: 'POST',
      body: bytes,
      headers: {
        'content-type': contentType,
        'idempotency-key': options.idempotencyKey ?? keyOfContent(bytes),
        ...(options.wait === undefined ? {} : { prefer: `wait=${options.wait}` }),
      },
      ...(options.key ? { key: options.key } : {}),
    },
    terminal,
  )
  const refused = isRefused(answer)
  if (options.json) terminal.out(JSON.stringify({ status: answer.status, ...answer.body }))
  else if (answer.status < 300) terminal.out(takenText(answer))
  else terminal.say(problemText(answer))
  return refused ? 1 : 0
}

const decoder = new TextDecoder()
const X12_TYPE = 'application/edi-x12'
const EDIFACT_TYPE = 'application/edifact'

/** What the bytes are, by how they begin; the name decides only between JSON and one JSON a line. */
export function contentTypeOf(bytes: Uint8Array, file: string): string {
  const start = decoder.decode(bytes.subarray(0, 64)).trimStart()
  if (/^\uFEFF?\s*UN[AB]/.test(start)) return EDIFACT_TYPE
  if (!start.startsWith('{') && !start.startsWith('[')) return X12_TYPE
  return /\.(ndjson|jsonl)$/i.test(file) ? 'application/x-ndjson' : 'application/json'
}

function pathFor({ system, topic }: SendOptions, contentType: string): string | undefined {
  if (system === undefined) return contentType === X12_TYPE || contentType === EDIFACT_TYPE ? undefined : '/v1/orders'
  const doorway = `/in/${encodeURIComponent(system)}`
  return topic === undefined ? doorway : `${doorway}/${encodeURIComponent(topic)}`
}

interface Result {
  readonly status: number
  readonly detail?: string
  readonly errors?: readonly { readonly pointer?: string; readonly detail?: string }[]
  /** The documents of an interchange, each taken or refused by itself. */
  readonly documents?: readonly Result[]
}

const listIn = (list: unknown): readonly Result[] => (Array.isArray(list) ? (list as Result[]) : [])
const resultsIn = ({ body }: HubAnswer): readonly Result[] => listIn(body['results'])

/** Whatever of it was refused: an element of a batch, an interchange, or a document inside of one that was taken. */
const refusedOf = (results: readonly Result[]): Result[] =>
  results.flatMap((result) => (result.status >= 300 ? [result] : refusedOf(listIn(result.documents))))

const isRefused = (answer: HubAnswer): boolean =>
  answer.status >= 300 || refusedOf([...resultsIn(answer), ...listIn(answer.body['documents'])]).length > 0

const refusalLines = (results: readonly Result[]): string[] =>
  refusedOf(results).flatMap(({ status, detail = '', errors = [] }) => [
    `  ${status} ${detail}`.trimEnd(),
    ...errors.map((fault) => `    ${fault.pointer ?? ''}: ${fault.detail ?? ''}`),
  ])

function takenText(answer: HubAnswer): string {
  const { status, body } = answer
  const results = resultsIn(answer)
  if (results.length > 0) {
    const refused = results.filter((result) => result.status >= 300)
    return [
      `${status} ${results.length - refused.length} of ${results.length} taken, receipt ${body['receipt']}`,
      ...refusalLines(results),
    ].join('\n')
  }
  const facts = ['order', 'state', 'verdict', 'receipt'].flatMap((name) =>
    typeof body[name] === 'string' ? [`${name} ${body[name]}`] : [],
  )
  const documents = listIn(body['documents'])
  const refused = documents.filter((one) => one.status >= 300).length
  if (refused > 0)
    facts.push(`${refused} of ${documents.length} ${documents.length === 1 ? 'document' : 'documents'} refused`)
  return [`${status} ${facts.join(', ')}`.trimEnd(), ...refusalLines(documents)].join('\n')
}
