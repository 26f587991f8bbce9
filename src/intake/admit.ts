import type { Input } from '../journal/contract.ts'
import type { Admission, AdmitContext, FoundKey } from '../journal/work.ts'
import type { KeyRow, ReceiptRow, Row, TableSpec } from '../store/contract.ts'
import {
  type Arrival,
  type FaultyPart,
  type Interpretation,
  isFaulty,
  type Part,
  type PartAnswer,
  problemOf,
  type TakeContext,
} from './arrival.ts'
import { errors } from './errors.ts'
import { digestOfArrival } from './keys.ts'
import { Known, recognise } from './recognise.ts'

/** What the sender of an arrival is told, part by part when it was a batch. */
export interface ArrivalAnswer extends PartAnswer {
  /** The receipt; absent when nothing was kept because the same is under way. */
  readonly receipt?: string
  /** The same request is under way: asking again after it is committed gives its answer. */
  readonly inFlight?: boolean
  /** The order was decided in the very turn that took it in: `accepted` or `rejected`. */
  readonly decided?: string
}

interface Gathered {
  readonly inputs: Input[]
  readonly fresh: string[]
  readonly keys: KeyRow[]
  readonly upserts: (readonly [TableSpec, Row])[]
  readonly answers: PartAnswer[]
  readonly verdicts: Set<ReceiptVerdict>
}

type ReceiptVerdict = 'accepted' | 'quarantined' | 'repeat'

const NO_BYTES = new Uint8Array(0)

/**
 * Takes an interpreted arrival into a turn, once its keys are looked up: new parts bring their inputs and keys, repeats
 * get their first answer again, faulty ones leave the bytes in quarantine. One part never rejects its neighbours.
 */
export function admitArrival(
  interpretation: Interpretation,
  found: readonly FoundKey[],
  context: AdmitContext,
): Admission {
  const { arrival } = interpretation
  const receipt = context.mint('r', receiptLane(interpretation))
  const gathered: Gathered = { inputs: [], fresh: [], keys: [], upserts: [], answers: [], verdicts: new Set() }
  const known = new Known(found)
  const taking = takingOf(known, receipt, context)
  for (const part of interpretation.parts) takePart(part, known, gathered, taking)
  if (isWholeInFlight(gathered)) return { inputs: [], immediate: true, answer: inFlightAnswer() }
  return {
    inputs: gathered.inputs,
    fresh: gathered.fresh,
    keys: gathered.keys,
    upserts: gathered.upserts,
    receipts: [receiptRow(arrival, receipt, receiptVerdict(gathered.verdicts))],
    answer: answerOf(interpretation, gathered.answers, receipt),
  }
}

/** What parts bring that are read another time, under the receipt they first came with. None of them may be faulty. */
export function admitParts(
  parts: readonly (Part | FaultyPart)[],
  found: readonly FoundKey[],
  context: AdmitContext,
  receipt: string,
): Required<Pick<Admission, 'inputs' | 'fresh' | 'keys' | 'upserts'>> {
  const gathered: Gathered = { inputs: [], fresh: [], keys: [], upserts: [], answers: [], verdicts: new Set() }
  const known = new Known(found)
  const taking = takingOf(known, receipt, context)
  for (const part of parts) takePart(part, known, gathered, taking)
  const { inputs, fresh, keys, upserts } = gathered
  return { inputs, fresh, keys, upserts }
}

/** What a part may use when it is taken in. */
export function takingOf(known: Known, receipt: string, context: Pick<AdmitContext, 'now' | 'name'>): TakeContext {
  return {
    now: context.now,
    receipt,
    name: (kind, identity, lane) => context.name(kind, identity, lane),
    find: (key) => known.of(key),
  }
}

function receiptLane({ parts }: Interpretation): number {
  for (const part of parts) if (!isFaulty(part) && part.claims[0]) return part.claims[0].lane
  return 0
}

function takePart(part: Part | FaultyPart, known: Known, gathered: Gathered, context: TakeContext): void {
  if (isFaulty(part)) {
    gathered.verdicts.add('quarantined')
    for (const input of part.inputs ?? []) gathered.inputs.push({ ...input, receipt: context.receipt } as Input)
    gathered.answers.push(withReceipt(problemOf(part.error), context.receipt))
    return
  }
  const found = recognise(part, known)
  if (found.verdict === 'new') takeNew(part, known, gathered, context)
  else if (found.verdict === 'repeat') takeRepeat(part, found.key, known, gathered, context)
  else if (found.verdict === 'in-flight') gathered.answers.push(inFlightAnswer())
  else takeConflict(part, found.key, gathered, context)
}

function takeNew(part: Part, known: Known, gathered: Gathered, context: TakeContext): void {
  const { inputs, fresh = [], upserts = [], ref, error } = part.take(context)
  if (error) {
    takePart({ what: part.what, error, inputs }, known, gathered, context)
    return
  }
  gathered.verdicts.add(part.quarantined ? 'quarantined' : 'accepted')
  gathered.inputs.push(...inputs)
  gathered.fresh.push(...fresh)
  gathered.upserts.push(...upserts)
  claimKeys(part, ref, known, gathered, context)
  const answer = part.answer(ref)
  if (!part.parts) gathered.answers.push(answer)
  else
    gathered.answers.push({
      ...answer,
      body: { ...answer.body, documents: takeContent(part.parts, known, gathered, context) },
    })
}

/** The documents of an interchange, each by itself; what the sender is told of each stands in the answer of the whole. */
function takeContent(parts: readonly (Part | FaultyPart)[], known: Known, gathered: Gathered, context: TakeContext) {
  const answers: PartAnswer[] = []
  for (const part of parts) takePart(part, known, { ...gathered, answers }, context)
  return answers.map(({ status, body }) => ({ ...body, status }))
}

/** A repeat under a new request key lets that key stand for the same from now on. */
function takeRepeat(part: Part, key: FoundKey, known: Known, gathered: Gathered, context: TakeContext): void {
  gathered.verdicts.add('repeat')
  gathered.inputs.push(...(part.again?.(key, context) ?? []))
  claimKeys(part, key.ref, known, gathered, context)
  gathered.answers.push({ ...part.answer(key.ref), replayed: true })
}

function claimKeys(part: Part, ref: string, known: Known, gathered: Gathered, context: TakeContext): void {
  for (const { kind, hash, digest, lane } of part.claims) {
    if (known.of({ kind, hash })) continue
    const row: KeyRow = { kind, hash, digest, lane, ref, at: context.now }
    gathered.keys.push(row)
    known.add(row)
  }
}

function takeConflict(part: Part, key: FoundKey, gathered: Gathered, context: TakeContext): void {
  gathered.verdicts.add('quarantined')
  const { error, inputs } = part.conflict(key, context)
  gathered.inputs.push(...inputs)
  gathered.answers.push(withReceipt(problemOf(error), context.receipt))
}

function withReceipt(answer: PartAnswer, receipt: string): PartAnswer {
  return { ...answer, body: { ...answer.body, receipt } }
}

function inFlightAnswer(): ArrivalAnswer {
  return { ...problemOf(errors.IN_FLIGHT()), inFlight: true }
}

/** Nothing but parts that are under way: answered at once, and nothing is kept of it. */
function isWholeInFlight({ answers, verdicts }: Gathered): boolean {
  return verdicts.size === 0 && answers.length > 0
}

function receiptVerdict(verdicts: ReadonlySet<ReceiptVerdict>): ReceiptVerdict {
  if (verdicts.has('quarantined')) return 'quarantined'
  return verdicts.has('repeat') && !verdicts.has('accepted') ? 'repeat' : 'accepted'
}

/** The bytes are stored once: the receipt of a repeat keeps their digest only. */
export function receiptRow(arrival: Arrival, id: string, verdict: ReceiptVerdict): ReceiptRow {
  return {
    id,
    tenant: arrival.tenant,
    sender: arrival.system,
    channel: arrival.channel,
    at: arrival.receivedAt,
    verdict,
    digest: digestOfArrival(arrival.bytes),
    bytes: verdict === 'repeat' ? NO_BYTES : arrival.bytes,
  }
}

function answerOf({ batch }: Interpretation, answers: readonly PartAnswer[], receipt: string): ArrivalAnswer {
  const [only, ...others] = answers
  if (!batch && only && others.length === 0) return { ...only, receipt }
  const taken = answers.filter(({ status }) => status < 300).length
  const wait = answers.reduce((longest, one) => Math.max(longest, waitOf(one)), 0)
  // 422 says that it is of no use to send it again: for some of it, it may be.
  const status = taken === answers.length ? 202 : taken === 0 && wait === 0 ? 422 : 207
  const results = answers.map(lineOf)
  const replayed = answers.length > 0 && answers.every((one) => one.replayed)
  const headers = wait > 0 ? { headers: { 'retry-after': String(wait) } } : {}
  return { status, body: { receipt, results }, receipt, ...headers, ...(replayed ? { replayed } : {}) }
}

/** What is said of one element of a batch. */
function lineOf(answer: PartAnswer, index: number) {
  const { status, body } = answer
  const retryAfter = waitOf(answer)
  return retryAfter > 0 ? { index, ...body, retryAfter, status } : { index, ...body, status }
}

/** Seconds after which a part may come again; 0 where nothing was said of that. */
const waitOf = ({ headers }: PartAnswer): number => Number(headers?.['retry-after'] ?? 0)
