import { askedWrongly, callHub, type HubAnswer, problemText } from '../hub-client.ts'
import { hubUrl } from '../settings.ts'
import type { ExitCode, Terminal } from '../terminal.ts'

/** What every `crossdock systems …` is told about the hub. */
export interface SystemsOptions {
  readonly url?: string
  readonly key?: string
  readonly json?: boolean
}

interface System {
  readonly system: string
  readonly deliveryClass: string
  readonly queued: number
  readonly underWay: number
  readonly waiting: number
  readonly aside: number
  readonly pace: string | null
  readonly state: string
  readonly since: string | null
  readonly reason: string | null
  readonly wakesAt: string | null
}

/** `crossdock systems`: how every system is doing, as `GET /v1/systems` says it. */
export async function systemsList(options: SystemsOptions, terminal: Terminal): Promise<ExitCode> {
  const answer = await ask(options, terminal, 'GET', '')
  return told(answer, options, terminal, ({ items }) => systemsText(items as readonly System[]))
}

/** Every system in a line, and under it why nothing goes there, since when, and what changes that. */
export function systemsText(systems: readonly System[]): string {
  if (systems.length === 0) return 'This hub has no systems.'
  const widest = Math.max(...systems.map(({ system }) => system.length))
  return systems
    .flatMap((one) => [`${one.system.padEnd(widest)}  ${one.state.padEnd(11)}  ${figuresText(one)}`, ...whyText(one)])
    .join('\n')
}

function figuresText({ deliveryClass, queued, underWay, waiting, aside, pace }: System): string {
  const figures = `class ${deliveryClass}, ${queued} queued, ${underWay} under way, ${waiting} waiting, ${aside} aside`
  return pace === null ? figures : `${figures}, at most ${pace}`
}

function whyText({ system, state, since, reason, wakesAt }: System): string[] {
  if (state === 'up') return []
  const wakes =
    state === 'paused'
      ? `goes on by “crossdock systems resume ${system}”`
      : wakesAt === null
        ? 'is being tried now'
        : `is tried again at ${wakesAt}`
  return [`  since ${since ?? 'a moment ago'}: ${reason ?? 'it does not answer'}; ${wakes}`]
}

/** `crossdock systems pause NAME --reason TEXT`. The first who paused it keeps the word: who is second hears of it. */
export async function systemsPause(
  system: string,
  options: SystemsOptions & { readonly reason: string },
  terminal: Terminal,
): Promise<ExitCode> {
  const answer = await ask(options, terminal, 'POST', pathOf(system, 'pause'), { reason: options.reason })
  return told(answer, options, terminal, ({ by, reason, since }) =>
    answer.status === 200
      ? `${system} was paused already, by ${by} at ${since}: ${reason}. That pause stands; yours was not recorded.`
      : `${system} is paused: ${options.reason}. What comes for it waits until “crossdock systems resume ${system}”.`,
  )
}

/** `crossdock systems resume NAME`. */
export async function systemsResume(system: string, options: SystemsOptions, terminal: Terminal): Promise<ExitCode> {
  const answer = await ask(options, terminal, 'POST', pathOf(system, 'resume'))
  return told(answer, options, terminal, ({ state }) =>
    answer.status === 200
      ? `${system} was not paused; it is ${state}. Nothing was changed.`
      : `${system} goes on: what waited for it is sent in order.`,
  )
}

const pathOf = (system: string, act: string): string => `/${encodeURIComponent(system)}/${act}`

function ask(
  { url, key }: SystemsOptions,
  terminal: Terminal,
  method: 'GET' | 'POST',
  path: string,
  words?: object,
): Promise<HubAnswer> {
  const body = words
    ? { body: Buffer.from(JSON.stringify(words)), headers: { 'content-type': 'application/json' } }
    : {}
  return callHub(
    { url: hubUrl(url, terminal.env), path: `/v1/systems${path}`, method, ...body, ...(key ? { key } : {}) },
    terminal,
  )
}

function told(
  answer: HubAnswer,
  { json }: SystemsOptions,
  terminal: Terminal,
  text: (body: Readonly<Record<string, unknown>>) => string,
): ExitCode {
  if (answer.status >= 300) {
    if (json) terminal.out(JSON.stringify({ status: answer.status, ...answer.body }))
    else terminal.say(problemText(answer))
    return askedWrongly(answer) ? 2 : 1
  }
  terminal.out(json ? JSON.stringify(answer.body) : text(answer.body))
  return 0
}
