import type { Correction } from '../identity/corrections.ts'
import type { MasterData } from '../identity/master.ts'
import type { Input } from '../journal/contract.ts'
import type { Admission, FoundKey, Work } from '../journal/work.ts'
import type { KeyRow, ReceiptRow } from '../store/contract.ts'
import { admitParts, receiptRow, takingOf } from './admit.ts'
import { appliesTo } from './applies.ts'
import { type Arrival, claimsOf, type FaultyPart, isFaulty, type KeyClaim, type Part } from './arrival.ts'
import { errors } from './errors.ts'
import { interpret } from './interpret.ts'
import { reasonOf } from './quarantine.ts'
import { isSame, Known, recognise } from './recognise.ts'
import type { JsonText, Sender } from './settings.ts'
import { translate } from './translate.ts'

/** What reading something again needs from the hub. */
export interface AgainPorts {
  readonly offer: (work: Work) => void
  readonly findKeys: (claims: readonly KeyClaim[]) => Promise<readonly KeyRow[]>
  readonly sender: (tenant: string, system: string) => Sender | undefined
  readonly master: (tenant: string) => MasterData
  readonly readJson?: (bytes: Uint8Array) => JsonText
}

/** What would become of something in quarantine. `done`: the same was taken in meanwhile. */
export interface Reading {
  readonly verdict: 'succeeds' | 'fails' | 'conflicts' | 'done'
  readonly why: string
}

/** Something in quarantine that is read another time. */
export interface ReadAgain {
  readonly receipt: ReceiptRow
  /** Which part of it; absent: all of it. */
  readonly part?: string | undefined
  /** Its partner was told no: it is a set that a 997, or a message that a CONTRL, refused. */
  readonly toldNo?: boolean
  /** It is held as a possible duplicate: whoever releases it says that it is another one. */
  readonly another?: boolean
  /** Other bytes in its place. */
  readonly instead?: Uint8Array | undefined
}

/** A release: its own key, taken once, and what else is recorded in the same turn. */
export interface ReleaseOf {
  readonly key: KeyClaim
  readonly also: readonly Input[]
  readonly at: number
}

/** Reads what is in quarantine again, by the very code that read it first. */
export interface QuarantineDesk {
  /** With more corrections, and nothing is written. */
  try(what: ReadAgain, corrections: readonly Correction[]): Promise<Reading>
  /**
   * What can be taken takes effect under its own keys and its first receipt; the rest stays as it is. The corrections hold
   * already, but another instance may not have heard of them yet.
   */
  release(what: ReadAgain, corrections: readonly Correction[], release: ReleaseOf): Promise<Reading>
}

/** Opens the desk where quarantine is read again. */
export function openQuarantine(ports: AgainPorts): QuarantineDesk {
  return {
    try: async (what, corrections) => {
      const { tenant } = what.receipt
      const parts = await partsOf(what, ports.master(tenant).corrected(corrections), ports)
      const reading = judge(what, parts, await ports.findKeys(claimsOfAll(parts, what)))
      return explained(reading, what, corrections, ports.master(tenant), ports)
    },
    release: (what, corrections, release) => releaseParts(what, corrections, release, ports),
  }
}

/** The documents of the bytes, envelopes taken off: those were counted and answered when they came. */
async function partsOf(
  what: ReadAgain,
  master: MasterData,
  { sender, readJson }: AgainPorts,
): Promise<(Part | FaultyPart)[]> {
  const arrival = arrivalOf(what)
  const from = sender(arrival.tenant, arrival.system)
  if (!from) throw errors.SENDER_UNKNOWN(arrival.system)
  const world = { sender: from, master, ...(readJson ? { readJson } : {}) }
  const { parts } = interpret(from.maps ? await translate(arrival, world) : arrival, world)
  const documents = parts.flatMap((part) => (isFaulty(part) || !part.parts ? [part] : part.parts))
  return what.part === undefined ? documents : documents.filter(({ name }) => name === what.part)
}

function arrivalOf({ receipt, instead }: ReadAgain): Arrival {
  const { tenant, sender: system, channel, at: receivedAt } = receipt
  const bytes = instead ?? receipt.bytes
  const contentType = isLines(bytes) ? { contentType: 'application/x-ndjson' } : {}
  return { tenant, system, channel, bytes, receivedAt, ...contentType }
}

/** A receipt does not keep the media type: several lines that each begin an object are NDJSON. */
function isLines(bytes: Uint8Array): boolean {
  const lines = Buffer.from(bytes.subarray(0, 4_096)).toString('latin1').trimStart().split(/\r?\n/)
  return lines.length > 1 && lines[0]?.trimEnd().endsWith('}') === true && lines[1]?.startsWith('{') === true
}

/** The keys of the parts, and of what each would be as another one. */
function claimsOfAll(parts: readonly (Part | FaultyPart)[], { another }: ReadAgain): readonly KeyClaim[] {
  if (!another) return claimsOf({ parts })
  const others = parts.flatMap((part) => (isFaulty(part) || !part.another ? [] : [part.another()]))
  return claimsOf({ parts: [...parts, ...others] })
}

/** What is released of these parts: of a possible duplicate another one, beside the one that has its number. */
function released(
  { another, instead }: ReadAgain,
  parts: readonly (Part | FaultyPart)[],
  found: readonly FoundKey[],
): readonly (Part | FaultyPart)[] {
  if (!another) return parts
  const known = new Known(found)
  return parts.flatMap((part): readonly (Part | FaultyPart)[] => {
    if (isFaulty(part)) return [part]
    // what the hub itself does with the document was decided when it came
    if (!part.another) return instead ? [part] : []
    return recognise(part, known).verdict === 'conflict' ? [part.another()] : [part]
  })
}

/** What the parts would come to, given the keys that are there. */
function judge(what: ReadAgain, parts: readonly (Part | FaultyPart)[], found: readonly FoundKey[]): Reading {
  const meant = released(what, parts, found)
  const reading = judgeParts(meant, found, what.receipt.id)
  const isAnother = meant.some((part) => !parts.includes(part))
  return reading.verdict === 'succeeds' && isAnother ? { ...reading, why: `${reading.why} ${ANOTHER}` } : reading
}

const ANOTHER = 'It is another one, beside the one that came before under its number.'

function judgeParts(parts: readonly (Part | FaultyPart)[], found: readonly FoundKey[], receipt: string): Reading {
  if (parts.length === 0) return { verdict: 'fails', why: 'It is not in there: the envelope is refused as a whole.' }
  const readings = parts.map((part) => judgePart(part, found, receipt))
  const worst = (['fails', 'conflicts', 'succeeds', 'done'] as const).flatMap((verdict) =>
    readings.filter((one) => one.verdict === verdict),
  )
  return worst[0] as Reading
}

function judgePart(part: Part | FaultyPart, found: readonly FoundKey[], receipt: string): Reading {
  if (isFaulty(part)) return { verdict: 'fails', why: reasonOf(part.error) }
  const known = new Known(found)
  const { verdict } = recognise(part, known)
  if (verdict === 'repeat') return { verdict: 'done', why: `The same ${part.what} is here already.` }
  if (verdict === 'in-flight') return { verdict: 'fails', why: `The same ${part.what} is under way.` }
  if (verdict === 'conflict') {
    return { verdict: 'conflicts', why: `The ${part.what} is here already, with other content.` }
  }
  const { error } = part.take(takingOf(known, receipt, { now: 0, name: (kind) => `${kind}0-00-trial-1` }))
  if (error) return { verdict: 'fails', why: error.message }
  return { verdict: 'succeeds', why: `The ${part.what} is taken in.` }
}

/** What a person cannot see from the document alone: a correction that finds nothing, a partner who was told no. */
async function explained(
  reading: Reading,
  what: ReadAgain,
  corrections: readonly Correction[],
  master: MasterData,
  { sender, readJson }: AgainPorts,
): Promise<Reading> {
  const { verdict, why } = reading
  if (verdict === 'succeeds' && what.toldNo) return { verdict, why: `${why} ${TAKEN_ANYWAY}` }
  if (verdict !== 'fails') return reading
  const arrival = arrivalOf(what)
  const from = sender(arrival.tenant, arrival.system)
  const world = { ...(readJson ? { readJson } : {}), part: what.part }
  // a value may be wrong in what was sent, or in what a map made of it
  const made = from?.maps ? [await translate(arrival, { ...world, sender: from, master })] : []
  const finds = corrections.some((one) => [arrival, ...made].some((arrived) => appliesTo(one, arrived, world)))
  const idle = corrections.length > 0 && !finds ? [APPLIES_NOWHERE] : []
  return { verdict, why: [...idle, why, ...(what.toldNo ? [SEND_AGAIN] : [])].join(' ') }
}

const APPLIES_NOWHERE = 'No correction applies to a value here.'
const TAKEN_ANYWAY = 'Its partner was told no in the 997 or CONTRL and may send it again.'
const SEND_AGAIN =
  'Its partner was told no in the 997 or CONTRL: it has to send it again, unless a trial succeeds and its release takes this in anyway.'

async function releaseParts(
  what: ReadAgain,
  corrections: readonly Correction[],
  { key, also, at }: ReleaseOf,
  ports: AgainPorts,
): Promise<Reading> {
  const { receipt, instead } = what
  const master = ports.master(receipt.tenant)
  const parts = await partsOf(what, master.corrected(corrections), ports)
  const admit: Work['admit'] = (found, context): Admission => {
    if (found.some((row) => row.kind === key.kind && isSame(row.hash, key.hash))) return atOnce(RELEASED_BEFORE)
    const reading = judge(what, parts, found)
    if (reading.verdict === 'fails' || reading.verdict === 'conflicts') return atOnce(reading)
    const under = instead ? context.mint('r', key.lane) : receipt.id
    const brought = admitParts(released(what, parts, found), found, context, under)
    const corrected = { ...arrivalOf(what), channel: 'correction', receivedAt: at }
    return {
      ...brought,
      inputs: [...brought.inputs, ...also],
      keys: [...brought.keys, { ...key, ref: under, at: context.now }],
      receipts: instead ? [receiptRow(corrected, under, 'accepted')] : [],
      answer: reading,
    }
  }
  return new Promise((resolve, failed) => {
    const settled: Work['settled'] = ({ answer }) => {
      const reading = answer as Reading
      if (reading.verdict === 'succeeds')
        for (const part of parts) if ('change' in part) master.apply(part.change as never)
      resolve(reading)
    }
    ports.offer({ claims: [key, ...claimsOfAll(parts, what)], admit, settled, failed })
  })
}

const RELEASED_BEFORE: Reading = { verdict: 'done', why: 'It was released before.' }

const atOnce = (answer: Reading): Admission => ({ inputs: [], immediate: true, answer })
