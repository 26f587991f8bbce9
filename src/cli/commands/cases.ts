import { errors } from '../errors.ts'
import { askedWrongly, callHub, type HubAnswer, type HubCall, problemText } from '../hub-client.ts'
import { hubUrl } from '../settings.ts'
import type { ExitCode, Terminal } from '../terminal.ts'

/** What every `crossdock cases …` is told about the hub. */
export interface CasesOptions {
  readonly url?: string
  readonly key?: string
  readonly json?: boolean
}

interface Case {
  readonly id: string
  readonly open: boolean
  readonly title: string
  readonly owner: string
  readonly priority: number
  readonly ageMs: number
  readonly members: number
  readonly left: number
  readonly released: number
  readonly returned: number
  readonly orders: number
  readonly example: string
  readonly note: string
  readonly closedBy: string
  readonly closedFor: string
  readonly atRisk: readonly { readonly amount: string; readonly currency: string }[]
}

type Told =
  | {
      readonly kind: 'crosswalk'
      readonly partner: string
      readonly type: string
      readonly value: string
      readonly means: string
    }
  | {
      readonly kind: 'mapping'
      readonly partner: string
      readonly where: string
      readonly from: string
      readonly to: string
    }
  | { readonly kind: 'payload'; readonly member: string }

interface Trial {
  readonly id: string
  readonly state: string
  readonly by: string
  readonly madeAt: string
  readonly corrections: readonly Told[]
  readonly of: number
  readonly tried: number
  readonly verdicts: Readonly<Record<string, number>>
  readonly released: number
  readonly failed: number
}

interface Member {
  readonly member: string
  readonly standing: string
  readonly detail: string
}

const HOUR_MS = 3_600_000

/** `crossdock cases list`: what needs a person, the oldest first. */
export async function casesList(
  options: CasesOptions & { readonly closed?: boolean; readonly owner?: string; readonly partner?: string },
  terminal: Terminal,
): Promise<ExitCode> {
  const query = new URLSearchParams({ limit: '500', open: String(!options.closed) })
  for (const name of ['owner', 'partner'] as const) if (options[name]) query.set(name, options[name])
  const answer = await ask(options, terminal, `/v1/cases?${query}`)
  return told(answer, options, terminal, ({ cases }) => listText(cases as readonly Case[]))
}

function listText(cases: readonly Case[]): string {
  if (cases.length === 0) return 'Nothing needs a person.'
  return cases
    .map(({ id, title, owner, ageMs, left, orders, atRisk }) => {
      const risk = atRisk.map(({ amount, currency }) => `${amount} ${currency}`).join(', ')
      return `${id}  ${title}\n  ${owner}, ${age(ageMs)} old, ${left} left, ${orders} orders${risk ? `, ${risk} at risk` : ''}`
    })
    .join('\n')
}

const age = (ms: number): string =>
  ms < HOUR_MS
    ? `${Math.floor(ms / 60_000)} min`
    : ms < 48 * HOUR_MS
      ? `${Math.floor(ms / HOUR_MS)} h`
      : `${Math.floor(ms / (24 * HOUR_MS))} d`

/** `crossdock cases show ID`: one case and the first of its members. */
export async function casesShow(
  id: string,
  options: CasesOptions & { readonly members?: number },
  terminal: Terminal,
): Promise<ExitCode> {
  const path = pathOf(id)
  const answer = await ask(options, terminal, path)
  if (answer.status >= 300) return refused(answer, terminal)
  const members = await ask(options, terminal, `${path}/members?limit=${options.members ?? 10}`)
  const trials = await ask(options, terminal, `${path}/trials`)
  if (trials.status >= 300) return refused(trials, terminal)
  const newest = (trials.body['trials'] as readonly Trial[]).slice(0, MOST_EXPLAINED)
  const reasons = new Map<string, readonly Reason[]>()
  for (const trial of newest) reasons.set(trial.id, await reasonsOf(id, trial, options, terminal))
  const body = { ...answer.body, ...members.body, ...trials.body, reasons: Object.fromEntries(reasons) }
  return told({ status: 200, body }, options, terminal, (found) =>
    [
      caseText(found['case'] as Case),
      ...(found['members'] as readonly Member[]).map(
        ({ member, standing, detail }) => `  ${standing}  ${member}${detail ? `: ${detail}` : ''}`,
      ),
      ...(found['trials'] as readonly Trial[]).map((trial) => triedText(trial, reasons.get(trial.id))),
    ].join('\n'),
  )
}

function caseText({ id, title, owner, priority, example, note, open, closedBy, closedFor, ...figures }: Case): string {
  const { members, left, released, returned } = figures
  return [
    `${id}  ${title}`,
    `  ${open ? `open, ${owner}, priority ${priority}` : `closed by ${closedBy}: ${closedFor}`}`,
    `  ${members} ${members === 1 ? 'member' : 'members'}, ${left} left, ${released} released, ${returned} returned`,
    ...(example ? [`  for example: ${example}`] : []),
    ...(note ? [`  ${note}`] : []),
  ].join('\n')
}

function trialText({ id, state, of, tried, verdicts, released, failed }: Trial): string {
  const found = Object.entries(verdicts).flatMap(([verdict, count]) => (count > 0 ? [`${count} ${verdict}`] : []))
  const freed = released + failed > 0 ? `; ${released} released, ${failed} failed` : ''
  return `trial ${id}  ${state}, ${tried} of ${of} tried: ${found.join(', ') || 'nothing yet'}${freed}`
}

/** A trial with what it tried, by whom, and why members would fail. */
function triedText(trial: Trial, reasons: readonly Reason[] = []): string {
  const { by, madeAt, corrections } = trial
  return [
    trialText(trial),
    `  tried by ${by} at ${madeAt}: ${corrections.map(correctionText).join('; ') || 'as things were then'}`,
    ...reasons.map(reasonText),
  ].join('\n')
}

function correctionText(told: Told): string {
  if (told.kind === 'crosswalk') return `${told.type} ${told.value} of ${told.partner} means ${told.means}`
  if (told.kind === 'mapping') return `${told.where} of ${told.partner}: “${told.from}” is read as “${told.to}”`
  return `other bytes for ${told.member}`
}

/** Trials whose reasons are asked for, the newest first. */
const MOST_EXPLAINED = 3
const MOST_REASONS = 5

interface Reason {
  readonly verdict: string
  readonly why: string
  readonly count: number
  readonly example: string
}

const reasonText = ({ verdict, why, count, example }: Reason): string =>
  `  ${verdict}: ${why} (${example}${count > 1 ? ` and ${count - 1} more` : ''})`

/** Why members of a trial would not be taken: the first reasons, each once, of the first page of either verdict. */
async function reasonsOf(
  id: string,
  { id: trial, verdicts }: Trial,
  options: CasesOptions,
  terminal: Terminal,
): Promise<readonly Reason[]> {
  const reasons = new Map<string, Reason>()
  for (const verdict of ['fails', 'conflicts'].filter((one) => (verdicts[one] ?? 0) > 0)) {
    const path = `${pathOf(id)}/trials/${encodeURIComponent(trial)}/members?verdict=${verdict}&limit=200`
    const { body } = await ask(options, terminal, path)
    for (const { member, why } of (body['members'] ?? []) as readonly { member: string; why: string }[]) {
      const known = reasons.get(`${verdict} ${why}`)
      reasons.set(`${verdict} ${why}`, {
        verdict,
        why,
        example: known?.example ?? member,
        count: (known?.count ?? 0) + 1,
      })
    }
  }
  return [...reasons.values()].slice(0, MOST_REASONS)
}

/** `crossdock cases corrections`: what holds for what comes in, until somebody lets it hold no longer. */
export async function casesCorrections(options: CasesOptions, terminal: Terminal): Promise<ExitCode> {
  const answer = await ask(options, terminal, '/v1/corrections')
  return told(
    answer,
    options,
    terminal,
    ({ corrections }) => (corrections as readonly Told[]).map(correctionText).join('\n') || 'No correction holds.',
  )
}

/** What a correction is told as on the command line. */
export interface TryOptions extends CasesOptions {
  /** `item:HG-77=BOLT`, `unit:STK=EA`, `ship-to:9999=0042` */
  readonly means?: readonly string[]
  /** `PO1/3:XX=EA`, `/lines/[]/status:BRK=damaged` */
  readonly map?: readonly string[]
  readonly partner?: string
}

/** `crossdock cases try ID`: tries corrections on every member without sending, and waits until it is through. */
export async function casesTry(id: string, options: TryOptions, terminal: Terminal): Promise<ExitCode> {
  const corrections = correctionsFrom(options)
  const begun = await post(options, terminal, `${pathOf(id)}/trials`, { corrections })
  if (begun.status >= 300) return refused(begun, terminal)
  const answer = await until(id, (begun.body as { trial: Trial }).trial.id, ['trying'], options, terminal)
  if (answer.status >= 300) return refused(answer, terminal)
  const { trial } = answer.body as unknown as { trial: Trial }
  const { verdicts } = trial
  const reasons = await reasonsOf(id, trial, options, terminal)
  const body = { trial, reasons }
  told({ status: 200, body }, options, terminal, () => triedText(trial, reasons))
  return (verdicts['fails'] ?? 0) + (verdicts['conflicts'] ?? 0) > 0 ? 1 : 0
}

const MEANS = /^(item|unit|ship-to):([^=]+)=(.+)$/
const MAP = /^(\/[^:]+|[A-Z0-9]{2,3}\/\d{1,2}):([^=]+)=(.+)$/

/** Corrections as the hub takes them. Throws `XD_CLI_CORRECTION` for one that is not written as it should be. */
export function correctionsFrom({
  means = [],
  map = [],
  partner,
}: Pick<TryOptions, 'means' | 'map' | 'partner'>): object[] {
  const of = partner === undefined ? {} : { partner }
  const meanings = means.map((text) => {
    const [, type, value, meaning] = MEANS.exec(text) ?? []
    if (type === undefined) throw errors.CORRECTION(text, 'meaning')
    return { kind: 'crosswalk', type, value, means: meaning, ...of }
  })
  const mappings = map.map((text) => {
    const [, where, from, to] = MAP.exec(text) ?? []
    if (where === undefined) throw errors.CORRECTION(text, 'mapping')
    return { kind: 'mapping', where, from, to, ...of }
  })
  return [...meanings, ...mappings]
}

/** `crossdock cases release ID TRIAL`: releases what the trial found would succeed, once, and waits until it is. */
export async function casesRelease(
  id: string,
  trial: string,
  options: CasesOptions & { readonly inDoubt?: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const words = { trial, ...(options.inDoubt ? { inDoubt: true } : {}) }
  const begun = await post(options, terminal, `${pathOf(id)}/release`, words)
  if (begun.status >= 300) return refused(begun, terminal)
  const answer = await until(id, trial, ['releasing'], options, terminal)
  if (answer.status >= 300) return refused(answer, terminal)
  const { failed, corrections } = (answer.body as { trial: Trial }).trial
  const holding = corrections.filter(({ kind }) => kind !== 'payload')
  if (holding.length > 0) terminal.say(`${HOLDS_ON} ${holding.map(correctionText).join('; ')}.`)
  told(answer, options, terminal, (body) => trialText(body['trial'] as Trial))
  return failed > 0 ? 1 : 0
}

const HOLDS_ON = 'From now on this holds for whatever comes in, too (“crossdock cases corrections” lists what holds):'

/** `crossdock cases refuse ID REASON`: what is held in it is never handed on, and its sender is told where it can be. */
export async function casesRefuse(
  id: string,
  reason: string,
  options: CasesOptions & { readonly member?: readonly string[] },
  terminal: Terminal,
): Promise<ExitCode> {
  const words = { reason, ...(options.member ? { members: options.member } : {}) }
  const answer = await post(options, terminal, `${pathOf(id)}/refusal`, words)
  if (answer.status >= 300) return refused(answer, terminal)
  const members = answer.body['members'] as readonly { member: string; verdict: string; why: string }[]
  told(answer, options, terminal, () =>
    members.length === 0 ? 'Nothing is left in it.' : members.map(({ member, why }) => `${member}: ${why}`).join('\n'),
  )
  return members.some(({ verdict }) => verdict === 'fails') ? 1 : 0
}

/** `crossdock cases assign ID`: gives a case to somebody, or another priority. */
export async function casesAssign(
  id: string,
  options: CasesOptions & { readonly owner?: string; readonly priority?: number },
  terminal: Terminal,
): Promise<ExitCode> {
  const { owner, priority } = options
  if (owner === undefined && priority === undefined) throw errors.ASSIGN_WHAT()
  const words = { ...(owner === undefined ? {} : { owner }), ...(priority === undefined ? {} : { priority }) }
  const answer = await post(options, terminal, `${pathOf(id)}/owner`, words)
  return told(answer, options, terminal, (body) => caseText(body['case'] as Case))
}

/** `crossdock cases close ID REASON`. */
export async function casesClose(
  id: string,
  reason: string,
  options: CasesOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const answer = await post(options, terminal, `${pathOf(id)}/close`, { reason })
  return told(answer, options, terminal, ({ closed }) => (closed ? `Closed: ${id}` : `It was closed already: ${id}`))
}

const pathOf = (id: string): string => `/v1/cases/${encodeURIComponent(id)}`

const LOOK_MS = 500

/** Looks at a trial until it leaves these states, and says how far it is. */
async function until(
  id: string,
  trial: string,
  states: readonly string[],
  options: CasesOptions,
  terminal: Terminal,
): Promise<HubAnswer> {
  for (let said = ''; ; ) {
    const answer = await ask(options, terminal, `${pathOf(id)}/trials/${encodeURIComponent(trial)}`)
    const found = (answer.body as { trial?: Trial }).trial
    if (!found || !states.includes(found.state)) return answer
    const text = trialText(found)
    if (text !== said) terminal.say(text)
    said = text
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

const ask = (options: CasesOptions, terminal: Terminal, path: string, more: Partial<HubCall> = {}) =>
  callHub(
    { url: hubUrl(options.url, terminal.env), path, ...(options.key ? { key: options.key } : {}), ...more },
    terminal,
  )

function post(options: CasesOptions, terminal: Terminal, path: string, words: object): Promise<HubAnswer> {
  const headers = { 'content-type': 'application/json' }
  return ask(options, terminal, path, { method: 'POST', headers, body: Buffer.from(JSON.stringify(words)) })
}

function told(
  answer: HubAnswer,
  { json }: CasesOptions,
  terminal: Terminal,
  text: (body: Readonly<Record<string, unknown>>) => string,
): ExitCode {
  if (answer.status >= 300) return refused(answer, terminal)
  terminal.out(json ? JSON.stringify(answer.body) : text(answer.body))
  return 0
}

function refused(answer: HubAnswer, terminal: Terminal): ExitCode {
  terminal.say(problemText(answer))
  return askedWrongly(answer) ? 2 : 1
}
