/** The go-live gate of a partner: its samples and ours against its profile and against one another, and our documents as it would read them. */
import { atOnce } from '../../base/pieces.ts'
import { systemScheduler } from '../../base/scheduler.ts'
import type { HubDefinition, PartnerDefinition } from '../../config/define-hub.ts'
import { lint } from '../../config/lint.ts'
import { stillOpen } from '../../config/lint-open.ts'
import { type Disagreement, repeatedNumbers } from '../../documents/agreement/index.ts'
import { purchaseOrder } from '../../documents/purchase-order/index.ts'
import type { PurchaseOrder } from '../../documents/purchase-order/schema.ts'
import { answerTo, writeAnswer } from '../../edi/x12/acknowledge.ts'
import { guideFaults, withGuide } from '../../edi/x12/guide.ts'
import { judge } from '../../edi/x12/judge.ts'
import { readX12 } from '../../edi/x12/read.ts'
import type { X12Fault } from '../../edi/x12/reading.ts'
import { envelopeTime } from '../../intake/envelope.ts'
import { isExpected } from '../../intake/expected-documents.ts'
import { isEdifact } from '../../intake/settings.ts'
import { understoodSets, withFaults } from '../../intake/x12-sets.ts'
import { partnerSender } from '../senders.ts'
import { type Acknowledged, agreed, newNumbersPoint, takenPoint, timed } from './comparing.ts'
import { edifactPoints } from './edifact-gate.ts'
import { findings as gate } from './findings.ts'
import { ANSWERS, ourDocuments } from './our-documents.ts'
import { type OurSample, sampleName } from './our-samples.ts'
import {
  type Findings,
  type GateFinding,
  type GatePoint,
  isInTheWay,
  open,
  passed,
  plain,
  point,
  pointWithout,
} from './points.ts'
import {
  documentsOf,
  readSamples,
  receiverOf,
  type Sample,
  type SampleInterchange,
  type SampleSet,
  type Samples,
  senderOf,
} from './samples.ts'

export { type GateFinding, type GatePoint, mayGoLive, type PointState } from './points.ts'

/** What the gate is asked with. */
export interface GateRequest {
  readonly definition: HubDefinition
  readonly partner: PartnerDefinition
  readonly samples: readonly Sample[]
  /** Milliseconds since 1970. */
  readonly now: number
  /** Gets each document of ours as it was written for the partner and compared. */
  readonly keep?: (sample: OurSample) => void
}

/**
 * Every point there is, in the order in which they build on each other. A partner may go live when none is failed or open.
 *
 * @example
 * gateOf({ definition, partner, samples, now }).filter(({ state }) => state !== 'passed')
 */
export function gateOf(request: GateRequest): GatePoint[] {
  return stepsOf(request).flatMap((step) => step())
}

/** The same where others are served meanwhile: after each step they have their turn. */
export async function gateBesideOthers(request: GateRequest): Promise<GatePoint[]> {
  const points: GatePoint[] = []
  for (const step of stepsOf(request)) {
    points.push(...step())
    await systemScheduler.yield()
  }
  return points
}

function stepsOf(request: GateRequest): (() => readonly GatePoint[])[] {
  const { partner, now } = request
  const { speaks } = partner
  const first = () => [configured(request), given(request.samples)]
  const last = () => [timed(partner)]
  if (isEdifact(speaks)) return [first, () => edifactPoints({ ...request, speaks }), last]
  const read: { samples?: Samples } = {}
  const samples = () => {
    read.samples ??= readSamples(request.samples, partner)
    return read.samples
  }
  const theirs = () => samples().interchanges.filter(({ isTheirs }) => isTheirs)
  return [
    first,
    () => [readable(samples())],
    () => [whole(samples().interchanges)],
    () => [addressed(samples().interchanges, partner)],
    () => [inUse(theirs(), partner), inVersion(samples().sets, partner), newNumbers(samples())],
    () => [sound(samples().sets)],
    () => guided(samples().sets, partner),
    () => [understood(samples().sets, partner)],
    () => [agreed(documentsOf(samples().sets), disagreed)],
    () => [acknowledged(theirs(), now, partner)],
    () => taken(samples()),
    () => ours(samples().sets, request),
    last,
  ]
}

/** Times have a point of their own. */
const CLOCK = /\.(?:expects|owes)\[\d+\]\.within$/

function configured({ definition, partner, now }: GateRequest): GatePoint {
  const at = `partners[${(definition.partners ?? []).indexOf(partner)}]`
  const undecided = stillOpen(partner, at)
  const isUndecided = (where: string) => undecided.some((one) => one.where === where)
  const found = lint(definition, { now })
    .filter(({ severity, where }) => severity === 'error' && where.startsWith(at) && !isUndecided(where))
    .map(({ where, says }) => plain(gate.GATE_PROFILE(where, says), where))
  const left = undecided
    .filter(({ where }) => !CLOCK.test(where))
    .map(({ where, says }) => plain(gate.GATE_STILL_OPEN(where, says), where))
  return found.length > 0
    ? point('profile', [...found, ...left], '')
    : pointWithout('profile', left, 'The configuration says nothing against it.')
}

function given(samples: readonly Sample[]): GatePoint {
  return samples.length === 0
    ? open('samples', 'No file of the partner was given: --samples FILE …')
    : passed('samples', `${samples.length} ${samples.length === 1 ? 'file' : 'files'}.`)
}

function readable({ files }: Samples): GatePoint {
  if (files.length === 0) return open('files are read', 'No file was given.')
  const found = files.flatMap(({ sample, faults }) => graves(faults).map((fault) => finding(sample, fault)))
  return point('files are read', found, 'All of them.')
}

/** Interchanges and groups: counts, control numbers, separators. */
function whole(all: readonly SampleInterchange[]): GatePoint {
  const name = 'envelopes are whole'
  if (all.length === 0) return open(name, 'No interchange was given.')
  const found = all.flatMap(({ sample, interchange }) =>
    graves([...interchange.faults, ...interchange.groups.flatMap(({ faults }) => faults)]).map((fault) =>
      finding(`${sample}, interchange ${interchange.controlNumber}`, fault),
    ),
  )
  return point(name, found, `${all.length} ${all.length === 1 ? 'interchange' : 'interchanges'}.`)
}

function addressed(all: readonly SampleInterchange[], { speaks }: PartnerDefinition): GatePoint {
  const name = 'addresses agree'
  if (all.length === 0) return open(name, 'No interchange was given.')
  const idOf = (address: string) => address.slice(address.indexOf(':') + 1)
  const ids = [speaks.theirGroupId ?? idOf(speaks.theirs), speaks.ourGroupId ?? idOf(speaks.ours)]
  const found = all.flatMap(({ sample, interchange, isTheirs }) => {
    const pair = `${senderOf(interchange)} to ${receiverOf(interchange)}`
    if (!isPair(interchange, speaks))
      return [plain(gate.GATE_ADDRESS(sample, pair, `${speaks.theirs} and ${speaks.ours}`), sample, 'ISA06')]
    const [from, to] = isTheirs ? ids : [ids[1], ids[0]]
    return interchange.groups.flatMap(({ sender, receiver, controlNumber }) => {
      if (sender === from && receiver === to) return []
      const where = `${sample}, group ${controlNumber}`
      return [plain(gate.GATE_ADDRESS(where, `${sender} to ${receiver}`, `${from} and ${to}`), where, 'GS02')]
    })
  })
  return point(name, found, `${speaks.theirs} and ${speaks.ours}, as the profile says.`)
}

function isPair(interchange: SampleInterchange['interchange'], { theirs, ours: us }: PartnerDefinition['speaks']) {
  const [from, to] = [senderOf(interchange), receiverOf(interchange)]
  return (from === theirs && to === us) || (from === us && to === theirs)
}

function inUse(theirs: readonly SampleInterchange[], { speaks }: PartnerDefinition): GatePoint {
  const name = 'production data'
  if (theirs.length === 0) return open(name, 'No interchange of theirs was given.')
  const usage = speaks.usage ?? 'P'
  const found = theirs
    .filter(({ interchange }) => interchange.usage !== usage)
    .map(({ sample, interchange }) => plain(gate.GATE_USAGE(sample, interchange.usage, usage), sample, 'ISA15'))
  return usage === 'T' && found.length === 0
    ? open(name, 'The profile takes test data only: remove usage: ‘T’ to go live.')
    : point(name, found, 'ISA15 is P.')
}

const RELEASE = 6

/** The first six characters of GS08 are the release; an industry's suffix is another matter. */
function inVersion(sets: readonly SampleSet[], { speaks }: PartnerDefinition): GatePoint {
  const name = 'versions agree'
  if (sets.length === 0) return open(name, 'No document was given.')
  const written = speaks.version ?? '004010'
  const wanted = (isTheirs: boolean) => (isTheirs ? (speaks.theirVersion ?? written) : written).slice(0, RELEASE)
  const found = sets.flatMap(({ sample, group, isTheirs }) => {
    if (group.version.slice(0, RELEASE) === wanted(isTheirs)) return []
    const where = `${sample}, group ${group.controlNumber}`
    return [plain(gate.GATE_VERSION(where, group.version, wanted(isTheirs)), where, 'GS08')]
  })
  return point(
    name,
    unique(found),
    `GS08 is ${[...new Set(sets.map(({ group }) => group.version))].sort().join(', ')}.`,
  )
}

/** Numbers that may come only once: of interchanges, and of documents. */
function newNumbers({ interchanges, sets }: Samples): GatePoint {
  const seen = new Map<string, string>()
  const controls = interchanges.flatMap(({ sample, interchange }) => {
    const key = `${senderOf(interchange)} ${interchange.controlNumber}`
    const first = seen.get(key)
    seen.set(key, first ?? sample)
    if (first === undefined) return []
    return [plain(gate.GATE_CONTROL_NUMBER(sample, interchange.controlNumber, first), sample, 'ISA13')]
  })
  const [theirs, mine] = [sets.filter(({ isTheirs }) => isTheirs), sets.filter(({ isTheirs }) => !isTheirs)]
  const documents = [...repeatedNumbers(documentsOf(theirs)), ...repeatedNumbers(documentsOf(mine))]
  return newNumbersPoint(
    [...controls, ...documents.map(disagreed)],
    interchanges.map(({ interchange }) => ({ from: senderOf(interchange) })),
    sets.map(({ isTheirs, set }) => ({ isTheirs, type: set.id })),
  )
}

function sound(sets: readonly SampleSet[]): GatePoint {
  const name = 'sets are sound'
  if (sets.length === 0) return open(name, 'No document of the partner’s was given.')
  const found = sets.flatMap(({ sample, set }) =>
    graves(set.faults).map((fault) => finding(whereOf(sample, set), fault)),
  )
  return point(name, found, `${sets.length}: ${kinds(sets)}.`)
}

/** What the partner's own guide asks of what it sends, and of what it wants from us. */
function guided(sets: readonly SampleSet[], { speaks }: PartnerDefinition): GatePoint[] {
  const { guide } = speaks
  if (guide === undefined) return []
  const about = sets.filter(({ set }) => guide[set.id] !== undefined)
  const found = about.flatMap(({ sample, set }) =>
    guideFaults(set, guide[set.id] ?? {}).map((fault) => finding(whereOf(sample, set), fault)),
  )
  const name = 'guide is kept'
  if (about.length === 0) return [open(name, `The guide is about ${Object.keys(guide).join(', ')}; none was given.`)]
  return [point(name, found, `${about.length}: ${kinds(about)}.`)]
}

function understood(sets: readonly SampleSet[], partner: PartnerDefinition): GatePoint {
  const name = 'documents are understood'
  if (sets.length === 0) return open(name, 'No document of the partner’s was given.')
  const sender = partnerSender(partner)
  const found = sets.flatMap(({ sample, set, type, faults, isTheirs }) => {
    if (type === undefined) return [plain(gate.GATE_DOCUMENT(sample, set.id), whereOf(sample, set), 'ST01')]
    if (isTheirs && !isExpected(type, sender))
      return [plain(gate.GATE_UNEXPECTED(sample, set.id, partner.name), whereOf(sample, set), 'ST01')]
    return faults.filter(isInTheWay).map((fault) => finding(whereOf(sample, set), fault))
  })
  return point(name, found, `${sets.length}: ${kinds(sets)}.`)
}

/** The 997 that each interchange of the partner’s would get must itself be sound, and accept what came. */
function acknowledged(theirs: readonly SampleInterchange[], now: number, partner: PartnerDefinition): GatePoint {
  const name = 'acknowledged'
  const { speaks } = partner
  const judged = theirs.map(({ sample, interchange }) => ({
    sample,
    judgement: judge(asTaken(interchange, partner), speaks.policy),
  }))
  const due = judged.flatMap(({ sample, judgement }) => {
    const envelope = { ...envelopeTime(now, speaks.timeZone), interchangeNumber: 1, groupNumber: 1, firstSetNumber: 1 }
    const answer = answerTo(judgement, envelope)
    return answer ? [{ sample, judgement, text: writeAnswer(answer, speaks.separators) }] : []
  })
  if (due.length === 0) return open(name, 'Nothing that is acknowledged was given.')
  const found = due.flatMap(({ sample, judgement, text }) => [
    ...judgement.groups
      .filter(({ verdict }) => verdict !== 'A' && verdict !== 'E')
      .map(({ group, verdict }) => plain(gate.GATE_REFUSED(sample, `group ${group.controlNumber}`, verdict), sample)),
    ...faultsIn(text).map((fault) => finding(`the 997 for ${sample}`, fault)),
  ])
  return point(name, found, `${due.length} ${due.length === 1 ? 'answer' : 'answers'}, all of them accepting.`)
}

/** An interchange as intake would judge it: by the partner's guide, and by what its sets say as documents. */
function asTaken(interchange: SampleInterchange['interchange'], partner: PartnerDefinition) {
  const { speaks } = partner
  if (isEdifact(speaks)) return interchange
  const guided = speaks.guide ? withGuide(interchange, speaks.guide) : interchange
  return withFaults(guided, atOnce(understoodSets(guided, speaks, partnerSender(partner))))
}

/** Where the partner has answered documents of ours: whether it took them. */
function taken(samples: Samples): GatePoint[] {
  const { answers } = samples
  const said = answers.filter(({ answers: { groups, interchanges } }) => groups.length + interchanges.length > 0)
  if (said.length === 0) return []
  const found = said.flatMap(({ sample, answers: { groups, interchanges } }) => [
    ...interchanges
      .filter(({ verdict }) => verdict !== 'A')
      .map(({ controlNumber, verdict, note }) =>
        plain(gate.GATE_NOT_TAKEN(sample, `interchange ${controlNumber}`, `${verdict}, note ${note}`), sample, 'TA104'),
      ),
    ...groups
      .filter(({ verdict }) => verdict !== 'A')
      .map(({ functionalId, controlNumber, verdict, sets }) => {
        const notes = sets.flatMap(({ id, notes: inSet }) =>
          inSet.map(({ tag, segment }) => `${id} ${tag} (segment ${segment})`),
        )
        const about = notes.length > 0 ? `: ${notes.join(', ')}` : ''
        return plain(
          gate.GATE_NOT_TAKEN(sample, `group ${functionalId} ${controlNumber}`, `${verdict}${about}`),
          sample,
          'AK901',
        )
      }),
  ])
  const about = said.flatMap(({ sample, answers: { groups, interchanges: inAnswer } }): Acknowledged[] => [
    ...inAnswer.map(({ controlNumber }) => ({
      sample,
      about: `interchange ${controlNumber}`,
      key: `interchange ${numbered(controlNumber)}`,
    })),
    ...groups.map(({ functionalId, controlNumber }) => ({
      sample,
      about: `group ${functionalId} ${controlNumber}`,
      key: `group ${functionalId} ${numbered(controlNumber)}`,
    })),
  ])
  return [takenPoint(found, about, sentIn(samples), said.length)]
}

/** What of ours is among the samples, as an acknowledgement names it. */
function sentIn(samples: Samples): ReadonlyMap<string, string> {
  const mine = samples.interchanges.filter(({ isOurs }) => isOurs)
  return new Map(
    mine.flatMap(({ interchange: { controlNumber: own, groups } }): [string, string][] => [
      [`interchange ${numbered(own)}`, own],
      ...groups.map(({ functionalId, controlNumber }): [string, string] => [
        `group ${functionalId} ${numbered(controlNumber)}`,
        `${functionalId} ${controlNumber}`,
      ]),
    ]),
  )
}

/** 0042 and 42 are one number. */
const numbered = (controlNumber: string): string => controlNumber.replace(/^0+(?=.)/, '')

/** What we would send, as the partner would read it, by its guide. */
function ours(sets: readonly SampleSet[], { partner, now, keep }: GateRequest): GatePoint[] {
  const documents = ourDocuments(sets, ordersIn(sets), partner, now)
  for (const { set, about, text } of documents)
    if (text !== undefined) keep?.({ name: sampleName(set, about), bytes: new TextEncoder().encode(text) })
  const names = [...new Set(documents.map(({ set }) => set))]
  return names.map((set) => {
    const mine = documents.filter((one) => one.set === set)
    const found = mine.flatMap(({ about, findings = [] }) =>
      findings.map(({ says, code, ...at }) => {
        const where = about === '' ? `our ${set}` : `our ${set} for ${about}`
        return { code, where, ...placed(at), says: `${where}${placeText(at)}: ${says}` }
      }),
    )
    const name = `our ${set}`
    if (mine.some(({ findings }) => findings === undefined))
      return open(
        name,
        ANSWERS.includes(set)
          ? 'No order of the partner’s was given to answer.'
          : `No example of our ${set} was given.`,
      )
    return point(name, found, `Written in ${partner.speaks.version ?? '004010'} and read again.`)
  })
}

function ordersIn(sets: readonly SampleSet[]): PurchaseOrder[] {
  return sets.flatMap(({ isTheirs, type, document }) =>
    isTheirs && type === purchaseOrder.name && document !== undefined ? [document as PurchaseOrder] : [],
  )
}

/** All faults in a text of ours. */
function faultsIn(text: string): X12Fault[] {
  const { faults, interchanges } = readX12(new TextEncoder().encode(text))
  const inside = interchanges.flatMap((one) => [
    ...one.faults,
    ...one.groups.flatMap((group) => [...group.faults, ...group.sets.flatMap((set) => set.faults)]),
  ])
  return graves([...faults, ...inside])
}

const graves = (faults: readonly X12Fault[]): X12Fault[] => faults.filter(({ severity }) => severity !== 'warning')
const kinds = (sets: readonly SampleSet[]): string => [...new Set(sets.map(({ set }) => set.id))].sort().join(', ')
const whereOf = (sample: string, { id, controlNumber }: SampleSet['set']): string => `${sample}, ${id} ${controlNumber}`

type At = Pick<X12Fault, 'tag' | 'segment' | 'element'>

function placed({ tag = '', segment, element }: At): { place?: string } {
  if (tag === '') return {}
  const position = segment === undefined ? '' : ` (segment ${segment})`
  return { place: `${tag}${element === undefined ? '' : String(element).padStart(2, '0')}${position}` }
}

const placeText = (at: At): string => {
  const { place } = placed(at)
  return place === undefined ? '' : `, ${place}`
}

function finding(where: string, fault: X12Fault): GateFinding {
  return { code: fault.code, where, ...placed(fault), says: `${where}${placeText(fault)}: ${fault.message}` }
}

function disagreed({ code, detail, of, place, segment }: Disagreement): GateFinding {
  const where = of.set ? whereOf(of.where, of.set) : of.where
  const at = segment === undefined ? place : `${place} (segment ${segment})`
  return { code, where, place: at, says: `${where}, ${at}: ${detail}` }
}

const unique = (found: Findings): Findings => [...new Map(found.map((one) => [one.says + one.where, one])).values()]
