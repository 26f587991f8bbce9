import { askedWrongly, callHub, type HubAnswer, problemText } from '../hub-client.ts'
import { hubUrl } from '../settings.ts'
import type { ExitCode, Terminal } from '../terminal.ts'

/** What every command about replays is told. */
export interface ReplayOptions {
  readonly url?: string
  readonly key?: string
  readonly json?: boolean
}

/** What `crossdock replay new` is told. */
export interface NewOptions extends ReplayOptions {
  readonly reason: string
  readonly from?: string
  readonly until?: string
  readonly target?: readonly string[]
  readonly verb?: readonly string[]
  readonly withKey?: readonly string[]
  readonly order?: readonly string[]
  readonly customer?: readonly string[]
  readonly partner?: readonly string[]
  readonly case?: string
  readonly state?: readonly string[]
  readonly mapping: string
  readonly redeliver?: boolean
  readonly wait: boolean
}

/** What `crossdock replay start` is told. */
export interface StartOptions extends ReplayOptions {
  readonly target?: readonly string[]
  readonly include?: readonly string[]
  readonly reissue?: boolean
  readonly stopPercent: number
  readonly reason?: string
  readonly wait: boolean
}

type Figures = Readonly<Record<string, Readonly<Record<string, number>>>>

interface Replay {
  readonly id: string
  readonly action: string
  readonly state: string
  readonly why: string | null
  readonly madeBy: string
  readonly madeAt: string
  readonly reason: string
  readonly progress: {
    readonly scanned: number
    readonly toScan: number
    readonly items: number
    readonly states: Readonly<Record<string, number>>
  }
  readonly forecast: Figures
  readonly outcome: Figures
  readonly asForecast: number
  readonly differences: readonly { target: string; forecast: string; outcome: string; count: number }[]
}

const LOOK_MS = 500

/** `crossdock replay new`: plans a replay and waits for its forecast. The same question gives the same replay. */
export async function replayNew(options: NewOptions, terminal: Terminal): Promise<ExitCode> {
  const select = {
    from: options.from,
    until: options.until,
    targets: options.target,
    verbs: options.verb,
    keys: options.withKey,
    orders: options.order,
    customers: options.customer,
    partners: options.partner,
    case: options.case,
    states: options.state,
  }
  const action = options.redeliver ? 'redeliver' : 'replay'
  const { mapping, reason } = options
  const answer = await ask(options, terminal, 'POST', '', { select, action, mapping, reason })
  if (answer.status >= 300) return refused(answer, options, terminal)
  if (!options.wait) return shown(answer, options, terminal)
  const code = await follow(answer.body['id'] as string, FORECASTING, options, terminal)
  if (!options.json) await sayHowToStart(answer.body['id'] as string, options, terminal)
  return code
}

async function sayHowToStart(id: string, options: ReplayOptions, terminal: Terminal): Promise<void> {
  const answer = await ask(options, terminal, 'GET', `/${encodeURIComponent(id)}`)
  if (answer.status < 300) terminal.say(howToStart(answer.body as unknown as Replay))
}

/** The command that would send something of a replay that is ready; what is new before what is only repeated. */
export function howToStart({ id, state, progress, forecast }: Pick<Replay, 'id' | 'state' | 'progress' | 'forecast'>) {
  if (state !== 'ready') return `It is ${state}: crossdock replay show ${id}`
  const has = (word: string) => Object.values(forecast).some((words) => (words[word] ?? 0) > 0)
  if (progress.items === 0) return 'Nothing was chosen, so there is nothing to send.'
  if (has('new')) return `To send what is new: crossdock replay start ${id}`
  const other = ['already done', 'cannot know'].find(has)
  if (other === undefined) return `None of it can be sent: crossdock replay cancel ${id} --reason "…"`
  return `Nothing is new. To send what is forecast as “${other}”: crossdock replay start ${id} --include "${other}"`
}

export async function replayList(options: ReplayOptions, terminal: Terminal): Promise<ExitCode> {
  const answer = await ask(options, terminal, 'GET', '')
  if (answer.status >= 300) return refused(answer, options, terminal)
  const all = answer.body['items'] as readonly Replay[]
  const lines = all.map(
    ({ id, madeAt, madeBy, state, progress, reason }) =>
      `${id}  ${madeAt.slice(0, 16)}  ${state.padEnd(11)} ${String(progress.items).padStart(8)}  ${madeBy}: ${reason}`,
  )
  terminal.out(options.json ? JSON.stringify(answer.body) : lines.join('\n') || 'No replay was made yet.')
  return 0
}

export async function replayShow(id: string, options: ReplayOptions, terminal: Terminal): Promise<ExitCode> {
  const answer = await ask(options, terminal, 'GET', `/${encodeURIComponent(id)}`)
  return answer.status >= 300 ? refused(answer, options, terminal) : shown(answer, options, terminal)
}

export function replayForecast(id: string, options: ReplayOptions, terminal: Terminal): Promise<ExitCode> {
  return follow(id, FORECASTING, options, terminal)
}

export async function replayStart(id: string, options: StartOptions, terminal: Terminal): Promise<ExitCode> {
  const { target, include, reissue, stopPercent, reason } = options
  const body = { targets: target, include, reissue, stopPercent, reason }
  const answer = await ask(options, terminal, 'POST', `/${encodeURIComponent(id)}/start`, body)
  if (answer.status >= 300) return refused(answer, options, terminal)
  if (!options.wait) return shown(answer, options, terminal)
  const code = await follow(id, RUNNING, options, terminal)
  const after = await ask(options, terminal, 'GET', `/${encodeURIComponent(id)}`)
  const { state, progress } = after.body as unknown as Replay
  if (state !== 'finished') return 1
  if ((progress.states['over'] ?? 0) + (progress.states['sent'] ?? 0) === 0) terminal.say(NOTHING_SENT)
  return code
}

export async function replayAct(
  act: 'pause' | 'resume' | 'cancel',
  id: string,
  options: ReplayOptions & { readonly reason: string },
  terminal: Terminal,
): Promise<ExitCode> {
  const { reason } = options
  const answer = await ask(options, terminal, 'POST', `/${encodeURIComponent(id)}/${act}`, { reason })
  return answer.status >= 300 ? refused(answer, options, terminal) : shown(answer, options, terminal)
}

const NOTHING_SENT =
  'Nothing was sent: nothing was chosen, or nothing of it had to be sent any more when its turn came.'

const FORECASTING: ReadonlySet<string> = new Set(['choosing', 'forecasting'])
const RUNNING: ReadonlySet<string> = new Set(['running'])

/** Looks on until the replay is in none of these states any more; says on stderr how far it is. */
async function follow(
  id: string,
  states: ReadonlySet<string>,
  options: ReplayOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  for (let last = ''; ; ) {
    const answer = await ask(options, terminal, 'GET', `/${encodeURIComponent(id)}`)
    if (answer.status >= 300) return refused(answer, options, terminal)
    const replay = answer.body as unknown as Replay
    if (!states.has(replay.state)) return shown(answer, options, terminal)
    const line = progressText(replay)
    if (line !== last) terminal.say(line)
    last = line
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

function progressText({ id, state, progress }: Replay): string {
  const { scanned, toScan, items, states } = progress
  if (state === 'choosing') return `${id}: looked through ${scanned} of ${toScan}, ${items} chosen`
  if (state === 'forecasting') return `${id}: ${items - (states['chosen'] ?? 0)} of ${items} forecast`
  return `${id}: ${states['over'] ?? 0} over, ${states['sent'] ?? 0} under way, ${states['looked'] ?? 0} not sent`
}

/** 1 when something came out otherwise than it was forecast: a replay that stopped by itself did so for such a thing. */
function shown(answer: HubAnswer, options: ReplayOptions, terminal: Terminal): ExitCode {
  const replay = answer.body as unknown as Replay
  terminal.out(options.json ? JSON.stringify(replay) : replayText(replay))
  return replay.differences.length > 0 ? 1 : 0
}

/** A replay for people. */
export function replayText(replay: Replay): string {
  const { id, state, why, madeBy, madeAt, reason, progress, forecast, outcome, asForecast, differences } = replay
  return [
    `${id}: ${state}${why ? ` (${why})` : ''}`,
    `made by ${madeBy} at ${madeAt}: ${reason}`,
    `${progress.items} requests frozen`,
    ...figuresText('forecast', forecast),
    ...figuresText('outcome', outcome),
    ...(asForecast > 0 ? [`${asForecast} came out as forecast`] : []),
    ...differences.map((one) => `${one.count} at ${one.target}: forecast “${one.forecast}”, came out “${one.outcome}”`),
  ].join('\n')
}

function figuresText(title: string, figures: Figures): string[] {
  return Object.entries(figures)
    .filter(([, words]) => Object.keys(words).length > 0)
    .map(
      ([target, words]) =>
        `${title} ${target}: ${Object.entries(words)
          .map(([word, count]) => `${count} ${word}`)
          .join(', ')}`,
    )
}

function refused(answer: HubAnswer, options: ReplayOptions, terminal: Terminal): ExitCode {
  if (options.json) terminal.out(JSON.stringify({ status: answer.status, ...answer.body }))
  else terminal.say(problemText(answer))
  return askedWrongly(answer) ? 2 : 1
}

function ask(
  options: ReplayOptions,
  terminal: Terminal,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<HubAnswer> {
  return callHub(
    {
      url: hubUrl(options.url, terminal.env),
      path: `/v1/replays${path}`,
      method,
      ...(body
        ? { body: new TextEncoder().encode(JSON.stringify(body)), headers: { 'content-type': 'application/json' } }
        : {}),
      ...(options.key ? { key: options.key } : {}),
    },
    terminal,
  )
}
