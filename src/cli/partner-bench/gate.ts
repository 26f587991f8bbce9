/** The go-live gate of a partner: its own samples against its profile, and our answers as it would read them. */
import type { HubDefinition, PartnerDefinition } from '../../config/define-hub.ts'
import { lint } from '../../config/lint.ts'
import { documentOfSet } from '../../documents/catalogue.ts'
import { purchaseOrder } from '../../documents/purchase-order/index.ts'
import type { PurchaseOrder } from '../../documents/purchase-order/schema.ts'
import { answerTo, writeAnswer } from '../../edi/x12/acknowledge.ts'
import { judge } from '../../edi/x12/judge.ts'
import { readX12 } from '../../edi/x12/read.ts'
import type { X12Fault, X12Interchange, X12Set } from '../../edi/x12/reading.ts'
import { writeInterchange } from '../../edi/x12/write.ts'
import { envelopeFor, envelopeTime } from '../../intake/envelope.ts'
import type { Sample } from './infer.ts'
import { answersTo } from './our-answers.ts'
import { ACKNOWLEDGEMENTS } from './roles.ts'

/** `open`: nothing shows it yet. `failed`: something shows the contrary. */
export type PointState = 'passed' | 'open' | 'failed'

/** One point of the gate. */
export interface GatePoint {
  readonly point: string
  readonly state: PointState
  /** What showed it, or what is missing. */
  readonly says: string
}

/** What the gate is asked with. */
export interface GateRequest {
  readonly definition: HubDefinition
  readonly partner: PartnerDefinition
  readonly samples: readonly Sample[]
  /** Milliseconds since 1970. */
  readonly now: number
}

/** One set of the partner's, read. */
interface ReadSet {
  readonly sample: string
  readonly set: X12Set
  readonly interchange: X12Interchange
}

/**
 * Every point there is, in the order in which they build on each other. A partner may go live when none is failed or open.
 *
 * @example
 * gateOf({ definition, partner, samples, now }).filter(({ state }) => state !== 'passed')
 */
export function gateOf(request: GateRequest): GatePoint[] {
  const { partner, samples } = request
  const files = samples.map((sample) => ({ sample: sample.name, file: readX12(sample.bytes) }))
  const interchanges = files.flatMap(({ sample, file }) =>
    file.interchanges.map((interchange) => ({ sample, interchange })),
  )
  const theirs = interchanges.filter(({ interchange }) => senderOf(interchange) === partner.speaks.theirs)
  const sets = theirs.flatMap(({ sample, interchange }) =>
    interchange.groups.flatMap(({ sets: inGroup }) => inGroup.map((set) => ({ sample, interchange, set }))),
  )
  const trade = sets.filter(({ set }) => !ACKNOWLEDGEMENTS.has(set.id))
  const orders = trade.flatMap((one) => orderIn(one, partner))
  return [
    configured(request),
    given(samples),
    readable(files.flatMap(({ sample, file }) => file.faults.map((fault) => ({ sample, fault })))),
    addressed(interchanges, partner),
    inUse(theirs, partner),
    soundSets(trade),
    understood(trade, partner),
    acknowledged(theirs, request.now, partner),
    ...answered(orders, request),
    timed(partner),
  ]
}

function configured({ definition, partner, now }: GateRequest): GatePoint {
  const at = (definition.partners ?? []).indexOf(partner)
  const wrong = lint(definition, { now }).filter(
    ({ severity, where }) => severity === 'error' && where.startsWith(`partners[${at}]`),
  )
  const [first] = wrong
  return first
    ? failed('profile', `${first.where}: ${first.says}`)
    : passed('profile', 'The configuration says nothing against it.')
}

function given(samples: readonly Sample[]): GatePoint {
  return samples.length === 0
    ? open('samples', 'No file of the partner was given: --samples FILE …')
    : passed('samples', `${samples.length} ${samples.length === 1 ? 'file' : 'files'}.`)
}

function readable(faults: readonly { readonly sample: string; readonly fault: X12Fault }[]): GatePoint {
  const [first] = faults.filter(({ fault }) => fault.severity !== 'warning')
  return first
    ? failed('files are read', faultText(first.sample, first.fault))
    : passed('files are read', 'All of them.')
}

function addressed(
  all: readonly { readonly sample: string; readonly interchange: X12Interchange }[],
  { speaks }: PartnerDefinition,
): GatePoint {
  const point = 'addresses agree'
  if (all.length === 0) return open(point, 'No interchange was given.')
  const wrong = all.find(({ interchange }) => {
    const pair = [senderOf(interchange), receiverOf(interchange)].sort()
    return pair.join(' ') !== [speaks.theirs, speaks.ours].sort().join(' ')
  })
  if (!wrong) return passed(point, `${speaks.theirs} and ${speaks.ours}, as the profile says.`)
  const { sample, interchange } = wrong
  const found = `${senderOf(interchange)} to ${receiverOf(interchange)}`
  return failed(point, `${sample} is from ${found}; the profile knows ${speaks.theirs} and ${speaks.ours}.`)
}

function inUse(
  theirs: readonly { readonly sample: string; readonly interchange: X12Interchange }[],
  { speaks }: PartnerDefinition,
): GatePoint {
  const point = 'production data'
  const usage = speaks.usage ?? 'P'
  const other = theirs.find(({ interchange }) => interchange.usage !== usage)
  if (other)
    return failed(point, `${other.sample} says ISA15 ${other.interchange.usage}; the profile takes ${usage} only.`)
  return usage === 'T'
    ? open(point, 'The profile takes test data only: remove usage: ‘T’ to go live.')
    : passed(point, 'ISA15 is P.')
}

function soundSets(trade: readonly ReadSet[]): GatePoint {
  const point = 'sets are sound'
  if (trade.length === 0) return open(point, 'No document of the partner’s was given.')
  for (const { sample, set } of trade) {
    const [first] = set.faults.filter(({ severity }) => severity !== 'warning')
    if (first) return failed(point, faultText(`${sample}, ${set.id} ${set.controlNumber}`, first))
  }
  return passed(point, `${trade.length}: ${kinds(trade)}.`)
}

function understood(trade: readonly ReadSet[], { speaks }: PartnerDefinition): GatePoint {
  const point = 'documents are understood'
  if (trade.length === 0) return open(point, 'No document of the partner’s was given.')
  for (const { sample, set } of trade) {
    const type = documentOfSet(set.id)
    if (!type) return failed(point, `${sample} has a ${set.id}, which is no document here.`)
    const [first] = type.readX12(set, speaks.syntax).faults ?? []
    if (first) return failed(point, `${sample}, ${set.id} ${set.controlNumber}, ${first.pointer}: ${first.detail}`)
  }
  return passed(point, `${trade.length}: ${kinds(trade)}.`)
}

/** The 997 that each interchange of the partner’s would get must itself be sound, and accept what came. */
function acknowledged(
  theirs: readonly { readonly sample: string; readonly interchange: X12Interchange }[],
  now: number,
  { speaks }: PartnerDefinition,
): GatePoint {
  const point = 'acknowledged'
  const judged = theirs.map(({ sample, interchange }) => ({ sample, judgement: judge(interchange, speaks.policy) }))
  const due = judged.flatMap(({ sample, judgement }) => {
    const envelope = { ...envelopeTime(now, speaks.timeZone), interchangeNumber: 1, groupNumber: 1, firstSetNumber: 1 }
    const answer = answerTo(judgement, envelope)
    return answer ? [{ sample, judgement, text: writeAnswer(answer, speaks.separators) }] : []
  })
  if (due.length === 0) return open(point, 'Nothing that is acknowledged was given.')
  for (const { sample, judgement, text } of due) {
    const refused = judgement.groups.find(({ verdict }) => verdict !== 'A' && verdict !== 'E')
    if (refused)
      return failed(point, `${sample} would be refused: group ${refused.group.controlNumber}, ${refused.verdict}.`)
    const [fault] = faultsIn(text)
    if (fault) return failed(point, faultText(`the 997 for ${sample}`, fault))
  }
  return passed(point, `${due.length} ${due.length === 1 ? 'answer' : 'answers'}, all of them accepting.`)
}

/** What we would send for each order, as the partner would read it. */
function answered(orders: readonly PurchaseOrder[], { partner, now }: GateRequest): GatePoint[] {
  if (partner.customer === undefined) return []
  if (orders.length === 0)
    return ['855', '856', '810'].map((set) => open(`our ${set}`, 'No order of the partner’s was given to answer.'))
  const points = new Map<string, GatePoint>()
  for (const order of orders) {
    for (const { set, functionalId, write, again } of answersTo(order, now, partner.speaks.syntax)) {
      const point = `our ${set}`
      if (points.get(point)?.state === 'failed') continue
      points.set(point, wentThrough(point, order, partner, now, { set, functionalId, write, again }))
    }
  }
  return [...points.values()]
}

function wentThrough(
  point: string,
  order: PurchaseOrder,
  { speaks }: PartnerDefinition,
  now: number,
  { set, functionalId, write, again }: ReturnType<typeof answersTo>[number],
): GatePoint {
  const written = { id: set, controlNumber: 1, segments: write() }
  const envelope = envelopeFor(speaks, functionalId, written, { isa: 1, gs: 1 }, envelopeTime(now, speaks.timeZone))
  const text = writeInterchange(envelope, speaks.separators ? { separators: speaks.separators } : {})
  const [fault] = faultsIn(text)
  if (fault) return failed(point, faultText(`for order ${order.number}`, fault))
  const read = readX12(new TextEncoder().encode(text)).interchanges[0]?.groups[0]?.sets[0]
  const wrong = read ? again(read) : 'it could not be read again'
  return wrong === undefined
    ? passed(point, `Written in ${speaks.version ?? '004010'} and read again.`)
    : failed(point, `For order ${order.number}: ${wrong}`)
}

function timed({ customer, expects = [] }: PartnerDefinition): GatePoint {
  if (customer === undefined) return passed('clocks', 'Not a customer: nothing of ours has a clock.')
  return expects.length === 0
    ? open('clocks', 'The profile has no `expects`: what is late would be noticed by nobody.')
    : passed('clocks', expects.map(({ document, within }) => `${document.name} within ${within}`).join(', '))
}

function orderIn({ set }: ReadSet, { speaks }: PartnerDefinition): PurchaseOrder[] {
  if (set.id !== purchaseOrder.x12.set) return []
  const { document } = purchaseOrder.readX12(set, speaks.syntax)
  return document ? [document] : []
}

function faultsIn(text: string): X12Fault[] {
  const { faults, interchanges } = readX12(new TextEncoder().encode(text))
  const inside = interchanges.flatMap((one) => [
    ...one.faults,
    ...one.groups.flatMap((group) => [...group.faults, ...group.sets.flatMap((set) => set.faults)]),
  ])
  return [...faults, ...inside].filter(({ severity }) => severity !== 'warning')
}

const kinds = (trade: readonly ReadSet[]): string => [...new Set(trade.map(({ set }) => set.id))].sort().join(', ')
const senderOf = ({ senderQualifier, sender }: X12Interchange): string => `${senderQualifier}:${sender}`
const receiverOf = ({ receiverQualifier, receiver }: X12Interchange): string => `${receiverQualifier}:${receiver}`

function faultText(where: string, { tag, segment, element, message }: X12Fault): string {
  const place =
    tag === undefined
      ? ''
      : `, ${tag}${element === undefined ? '' : String(element).padStart(2, '0')}${segment === undefined ? '' : ` (segment ${segment})`}`
  return `${where}${place}: ${message}`
}

const passed = (point: string, says: string): GatePoint => ({ point, state: 'passed', says })
const open = (point: string, says: string): GatePoint => ({ point, state: 'open', says })
const failed = (point: string, says: string): GatePoint => ({ point, state: 'failed', says })
