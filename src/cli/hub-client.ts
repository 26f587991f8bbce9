import { createHash } from 'node:crypto'
import { errors } from './errors.ts'
import { reason } from './input.ts'
import type { Terminal } from './terminal.ts'

/** An answer of a hub: its status, and what it says. */
export interface HubAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** One call to a running hub. */
export interface HubCall {
  readonly url: string
  readonly path: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** A bearer key; absent: `CROSSDOCK_KEY`. */
  readonly key?: string
}

/**
 * Calls a hub and answers what it said, also when it refused. Reading a demo on this machine works without a key, by the
 * cookie its console uses. Throws `XD_CLI_HUB_UNREACHABLE`, `XD_CLI_KEY_MISSING`, `XD_CLI_ANSWER`.
 */
export async function callHub(call: HubCall, terminal: Terminal): Promise<HubAnswer> {
  const { url, path, method = 'GET', body } = call
  const headers = { ...call.headers, ...(await admission(call, terminal)) }
  const response = await reach(url, () =>
    terminal.fetch(`${url}${path}`, { method, headers, ...(body ? { body: body as Uint8Array<ArrayBuffer> } : {}) }),
  )
  const text = await reach(url, () => response.text())
  return { status: response.status, body: objectIn(text, url, response.status) }
}

async function admission({ key, url, method = 'GET' }: HubCall, terminal: Terminal): Promise<Record<string, string>> {
  const bearer = key ?? terminal.env['CROSSDOCK_KEY']
  if (bearer) return { authorization: `Bearer ${bearer}` }
  const cookie = method === 'GET' ? await demoCookie(url, terminal) : undefined
  if (cookie === undefined) throw errors.KEY_MISSING(url)
  return { cookie }
}

/** The cookie of a demo's console; undefined when this hub is no demo. */
async function demoCookie(url: string, terminal: Terminal): Promise<string | undefined> {
  const response = await reach(url, () => terminal.fetch(`${url}/console-session`, { method: 'POST' }))
  await response.body?.cancel()
  return response.ok ? response.headers.get('set-cookie')?.split(';', 1)[0] : undefined
}

async function reach<T>(url: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    const cause = (error as { cause?: unknown }).cause ?? error
    throw Object.assign(errors.HUB_UNREACHABLE(url, reason(cause)), { cause: error })
  }
}

function objectIn(text: string, url: string, status: number): Record<string, unknown> {
  if (text === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (error) {
    throw Object.assign(errors.ANSWER(url, status), { cause: error })
  }
  throw errors.ANSWER(url, status)
}

/** Whether the hub refused what it was asked, and not what came of it. */
export const askedWrongly = ({ status }: HubAnswer): boolean => status === 400 || status === 422

/** What a problem answer says, for people: the sentence, its faults, its code. */
export function problemText({ status, body }: HubAnswer): string {
  const faults = Array.isArray(body['errors']) ? (body['errors'] as { pointer?: string; detail?: string }[]) : []
  return [
    `${status} ${body['detail'] ?? body['title'] ?? 'refused'}`,
    ...faults.map(({ pointer, detail }) => `  ${pointer ?? ''}: ${detail ?? ''}`),
    ...(typeof body['remedy'] === 'string' ? [inCommands(body['remedy'])] : []),
    ...(typeof body['code'] === 'string' ? [`(${body['code']})`] : []),
  ].join('\n')
}

/** Doors that a way out may name, and the command that goes through each; the longer ones come first. */
const COMMAND_OF: readonly (readonly [string, string])[] = [
  ['GET /v1/cases/{id}/trials/{trial}/members', '“crossdock cases show ID”'],
  ['GET /v1/cases/{id}/trials', '“crossdock cases show ID”'],
  ['GET /v1/cases', '“crossdock cases list”'],
  ['GET /v1/replays/{id}', '“crossdock replay show ID”'],
  ['GET /v1/replays', '“crossdock replay list”'],
]

/** A way out for whoever sits at a command line. */
const inCommands = (remedy: string): string =>
  COMMAND_OF.reduce((text, [door, command]) => text.replaceAll(door, command), remedy)

/** An idempotency key made of the content: the same file sent twice gets the first answer again. */
export function keyOfContent(bytes: Uint8Array): string {
  return `file-${createHash('sha256').update(bytes).digest('hex').slice(0, 40)}`
}
