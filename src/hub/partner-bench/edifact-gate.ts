/** The go-live gate of a partner that speaks EDIFACT: the points of its samples, and of our messages as it would read them. */

import { CrossdockError } from '../../base/errors.ts'
import { atOnce } from '../../base/pieces.ts'
import type { PartnerDefinition } from '../../config/define-hub.ts'
import type { Told } from '../../documents/agreement/disagreement.ts'
import { type Disagreement, repeatedNumbers } from '../../documents/agreement/index.ts'
import { documentOfMessage } from '../../documents/catalogue.ts'
import type { DocumentType } from '../../documents/document.ts'
import type { DocumentFault } from '../../documents/faults.ts'
import { invoice } from '../../documents/invoice/index.ts'
import { orderAcknowledgement } from '../../documents/order-acknowledgement/index.ts'
import { purchaseOrder } from '../../documents/purchase-order/index.ts'
import type { PurchaseOrder } from '../../documents/purchase-order/schema.ts'
import { shipNotice } from '../../documents/ship-notice/index.ts'
import { readContrl } from '../../edi/edifact/answers.ts'
import { contrlFor, writeContrl } from '../../edi/edifact/contrl.ts'
import { judgeEdifact } from '../../edi/edifact/judge.ts'
import { readEdifact } from '../../edi/edifact/read.ts'
import type { EdifactFault, EdifactFile, EdifactInterchange, EdifactMessage } from '../../edi/edifact/reading.ts'
import { edifactBytes } from '../../edi/edifact/write.ts'
import { addressIn } from '../../intake/edifact-interchange.ts'
import { edifactDocument } from '../../intake/edifact-mail.ts'
import { understoodMessages, withFaults } from '../../intake/edifact-messages.ts'
import { envelopeTime } from '../../intake/envelope.ts'
import { isExpected } from '../../intake/expected-documents.ts'
import { edifactSyntax } from '../../intake/profile-units.ts'
import type { EdifactProfile } from '../../intake/settings.ts'
import { partnerSender } from '../senders.ts'
import { agreed, newNumbersPoint, takenPoint } from './comparing.ts'
import { findings as gate } from './findings.ts'
import { difference, documentsFor } from './our-answers.ts'
import { type OurSample, sampleName } from './our-samples.ts'
import { type GateFinding, type GatePoint, isInTheWay, open, plain, point } from './points.ts'
import type { Sample } from './samples.ts'

/** What these points are asked with. */
interface EdifactGateRequest {
  readonly speaks: EdifactProfile
  readonly partner: PartnerDefinition
  readonly samples: readonly Sample[]
  readonly now: number
  readonly keep?: (sample: OurSample) => void
}

interface SampleInterchange {
  readonly sample: string
  readonly interchange: EdifactInterchange
  readonly isTheirs: boolean
}

/** A message of trade: its document, or what is wrong with it. */
interface SampleMessage extends SampleInterchange {
  readonly message: EdifactMessage
  readonly type: string | undefined
  readonly document?: unknown
  readonly faults: readonly DocumentFault[]
}

/** The points between the samples and the clocks, in the order in which they build on each other. */
export function edifactPoints(request: EdifactGateRequest): GatePoint[] {
  const { speaks } = request
  const options = speaks.writes === undefined ? {} : { charset: speaks.writes }
  const files = request.samples.map(({ name, bytes }) => ({ sample: name, ...readEdifact(bytes, options) }))
  const all = files.flatMap(({ sample, interchanges }) =>
    interchanges.map((interchange) => ({ sample, interchange, isTheirs: senderOf(interchange) === speaks.theirs })),
  )
  const theirs = all.filter(({ isTheirs }) => isTheirs)
  const messages = all.flatMap((one) => messagesIn(one, speaks))
  return [
    readable(files),
    whole(all),
    addressed(all, speaks),
    inUse(theirs, speaks),
    newNumbers(all, messages),
    sound(messages),
    understood(messages, request.partner),
    agreed(messages.flatMap(told), disagreed),
    acknowledged(theirs, request),
    ...taken(all, speaks),
    ...ours(messages, request),
  ]
}

const ANSWERS: ReadonlySet<string> = new Set(['CONTRL', 'APERAK'])

function messagesIn(one: SampleInterchange, speaks: EdifactProfile): SampleMessage[] {
  return one.interchange.messages.flatMap((message): SampleMessage[] => {
    if (ANSWERS.has(message.type)) return []
    const type = documentOfMessage(message.type)
    if (!type?.edifact) return [{ ...one, message, type: undefined, faults: [] }]
    const { document, faults = [], warnings = [] } = type.edifact.read(message, edifactSyntax(speaks))
    return [{ ...one, message, type: type.name, document, faults: [...faults, ...warnings] }]
  })
}

function readable(files: readonly (Pick<EdifactFile, 'faults'> & { readonly sample: string })[]): GatePoint {
  const name = 'files are read'
  if (files.length === 0) return open(name, 'No file was given.')
  const found = files.flatMap(({ sample, faults }) => graves(faults).map((fault) => finding(sample, fault)))
  return point(name, found, 'All of them.')
}

function whole(all: readonly SampleInterchange[]): GatePoint {
  const name = 'envelopes are whole'
  if (all.length === 0) return open(name, 'No interchange was given.')
  const found = all.flatMap(({ sample, interchange }) =>
    graves([...interchange.faults, ...interchange.groups.flatMap(({ faults }) => faults)]).map((fault) =>
      finding(`${sample}, interchange ${interchange.reference}`, fault),
    ),
  )
  return point(name, found, `${all.length} ${all.length === 1 ? 'interchange' : 'interchanges'}.`)
}

function addressed(all: readonly SampleInterchange[], { theirs, ours: us }: EdifactProfile): GatePoint {
  const name = 'addresses agree'
  if (all.length === 0) return open(name, 'No interchange was given.')
  const found = all.flatMap(({ sample, interchange, isTheirs }) => {
    const [from, to] = [senderOf(interchange), receiverOf(interchange)]
    const fits = isTheirs ? to === us : from === us && to === theirs
    return fits ? [] : [plain(gate.GATE_ADDRESS(sample, `${from} to ${to}`, `${theirs} and ${us}`), sample, 'UNB 2')]
  })
  return point(name, found, `${theirs} and ${us}, as the profile says.`)
}

function inUse(theirs: readonly SampleInterchange[], { usage = 'P' }: EdifactProfile): GatePoint {
  const name = 'production data'
  if (theirs.length === 0) return open(name, 'No interchange of theirs was given.')
  const found = theirs
    .filter(({ interchange }) => usageOf(interchange) !== usage)
    .map(({ sample, interchange }) => plain(gate.GATE_USAGE(sample, usageOf(interchange), usage), sample, 'UNB 11'))
  return usage === 'T' && found.length === 0
    ? open(name, 'The profile takes test data only: remove usage: ‘T’ to go live.')
    : point(name, found, 'The test indicator is not set.')
}

const usageOf = ({ test }: EdifactInterchange): 'T' | 'P' => (test ? 'T' : 'P')

/** Numbers that may come only once: of interchanges, and of documents. */
function newNumbers(all: readonly SampleInterchange[], messages: readonly SampleMessage[]): GatePoint {
  const seen = new Map<string, string>()
  const references = all.flatMap(({ sample, interchange }) => {
    const key = `${senderOf(interchange)} ${interchange.reference}`
    const first = seen.get(key)
    seen.set(key, first ?? sample)
    if (first === undefined) return []
    return [plain(gate.GATE_CONTROL_NUMBER(sample, interchange.reference, first), sample, 'UNB 5')]
  })
  const sides = [messages.filter(({ isTheirs }) => isTheirs), messages.filter(({ isTheirs }) => !isTheirs)]
  const documents = sides.flatMap((side) => repeatedNumbers(side.flatMap(told)))
  return newNumbersPoint(
    [...references, ...documents.map(disagreed)],
    all.map(({ interchange }) => ({ from: senderOf(interchange) })),
    messages.map(({ isTheirs, message }) => ({ isTheirs, type: message.type })),
  )
}

function sound(messages: readonly SampleMessage[]): GatePoint {
  const name = 'messages are sound'
  if (messages.length === 0) return open(name, 'No document of the partner’s was given.')
  const found = messages.flatMap((one) => graves(one.message.faults).map((fault) => finding(whereOf(one), fault)))
  return point(name, found, `${messages.length}: ${kinds(messages)}.`)
}

function understood(messages: readonly SampleMessage[], partner: PartnerDefinition): GatePoint {
  const name = 'documents are understood'
  if (messages.length === 0) return open(name, 'No document of the partner’s was given.')
  const sender = partnerSender(partner)
  const found = messages.flatMap((one) => {
    const { sample, message, type, isTheirs } = one
    if (type === undefined) return [plain(gate.GATE_DOCUMENT(sample, message.type), whereOf(one), 'UNH 2')]
    if (isTheirs && !isExpected(type, sender))
      return [plain(gate.GATE_UNEXPECTED(sample, message.type, partner.name), whereOf(one), 'UNH 2')]
    return one.faults.filter(isInTheWay).map((fault) => finding(whereOf(one), fault))
  })
  return point(name, found, `${messages.length}: ${kinds(messages)}.`)
}

/** The CONTRL that each interchange of the partner’s would get must itself be sound, and accept what came. */
function acknowledged(theirs: readonly SampleInterchange[], { speaks, partner, now }: EdifactGateRequest): GatePoint {
  const name = 'acknowledged'
  const sender = partnerSender(partner)
  const numbers = { ...envelopeTime(now, speaks.timeZone), reference: '1', messageReference: '1' }
  const due = theirs.flatMap(({ sample, interchange }) => {
    const taken = withFaults(interchange, atOnce(understoodMessages(interchange, speaks, sender)))
    const judgement = judgeEdifact({ ...taken, ackRequested: true }, speaks.policy)
    const answer = contrlFor(judgement, numbers)
    return answer ? [{ sample, judgement, answer }] : []
  })
  if (due.length === 0) return open(name, 'Nothing that is acknowledged was given.')
  const found = due.flatMap(({ sample, judgement, answer }) => [
    ...(judgement.verdict === 'R'
      ? [plain(gate.GATE_REFUSED(sample, `interchange ${judgement.interchange.reference}`, 'R'), sample)]
      : []),
    ...judgement.messages
      .filter(({ verdict }) => verdict === 'R')
      .map(({ message }) => plain(gate.GATE_REFUSED(sample, `${message.type} ${message.reference}`, 'R'), sample)),
    ...faultsIn(edifactBytes(writeContrl(answer, speaks.separators), answer.syntax)).map((fault) =>
      finding(`the CONTRL for ${sample}`, fault),
    ),
  ])
  return point(name, found, `${due.length} ${due.length === 1 ? 'answer' : 'answers'}, all of them accepting.`)
}

/** Where the partner has answered messages of ours: whether it took them. */
function taken(all: readonly SampleInterchange[], { ours: us }: EdifactProfile): GatePoint[] {
  const mine = all.filter(({ interchange }) => senderOf(interchange) === us)
  const there = new Map(mine.map(({ interchange: { reference } }) => [`interchange ${reference}`, reference]))
  const theirs = all.filter(({ isTheirs }) => isTheirs)
  const said = theirs.flatMap(({ sample, interchange }) =>
    interchange.messages.flatMap((message) => {
      const contrl = readContrl(message)
      return contrl ? [{ sample, contrl }] : []
    }),
  )
  if (said.length === 0) return []
  const found = said.flatMap(({ sample, contrl: { reference, action, error, messages } }) => [
    ...(action === '4' || error !== ''
      ? [
          plain(
            gate.GATE_NOT_TAKEN(sample, `interchange ${reference}`, `action ${action}, error ${error}`),
            sample,
            'UCI',
          ),
        ]
      : []),
    ...messages.map((one) =>
      plain(gate.GATE_NOT_TAKEN(sample, `${one.type} ${one.reference}`, `action ${one.action}`), sample, 'UCM'),
    ),
  ])
  const about = said.map(({ sample, contrl: { reference } }) => {
    const interchange = `interchange ${reference}`
    return { sample, about: interchange, key: interchange }
  })
  return [takenPoint(found, about, there, said.length)]
}

/** What we would send for each order, as the partner would read it. */
function ours(messages: readonly SampleMessage[], request: EdifactGateRequest): GatePoint[] {
  const { partner, speaks, now } = request
  if (partner.customer === undefined) return []
  const orders = messages.flatMap(({ isTheirs, type, document }) =>
    isTheirs && type === purchaseOrder.name && document !== undefined ? [document as PurchaseOrder] : [],
  )
  const tried = orders.map((order) => ({ order, ...documentsFor(order, now) }))
  const each = [
    { type: orderAcknowledgement, documents: tried.map(({ order, response }) => ({ order, document: response })) },
    { type: shipNotice, documents: tried.map(({ order, notice }) => ({ order, document: notice })) },
    { type: invoice, documents: tried.map(({ order, bill }) => ({ order, document: bill })) },
  ] as const
  return each.map(({ type, documents }) => {
    const message = type.edifact?.message ?? type.name
    const name = `our ${message}`
    if (documents.length === 0) return open(name, 'No order of the partner’s was given to answer.')
    const found = documents.flatMap(({ order, document }) => wrongIn(type as never, document, order, request))
    return point(name, found, `Written in ${speaks.version ?? type.edifact?.versions[0]} and read again.`)
  })
}

function wrongIn(
  type: DocumentType,
  document: unknown,
  { number }: PurchaseOrder,
  { speaks, now, keep }: EdifactGateRequest,
): GateFinding[] {
  const where = `our ${type.edifact?.message} for ${number}`
  const stamp = { numbers: { isa: 1, gs: 1 }, time: envelopeTime(now, speaks.timeZone) }
  try {
    const mail = edifactDocument(type, document, { key: number, order: number }, speaks, stamp)
    if (!mail) return []
    keep?.({ name: sampleName(type.edifact?.message ?? type.name, number), bytes: mail.body })
    const faults = faultsIn(mail.body)
    if (faults.length > 0) return faults.map((fault) => finding(where, fault))
    const [message] = readEdifact(mail.body).interchanges[0]?.messages ?? []
    const again = message && type.edifact?.read(message, edifactSyntax(speaks))
    const says = again?.faults?.[0]?.detail ?? difference(document, again?.document, '')
    return says === undefined ? [] : [plain(gate.GATE_READS_OTHERWISE(where, says), where)]
  } catch (error) {
    // a text that does not fit, or that its characters cannot carry: the hub would not send it either
    if (error instanceof CrossdockError) return [{ code: error.code, where, says: `${where}: ${error.message}` }]
    throw error
  }
}

function faultsIn(bytes: Uint8Array): EdifactFault[] {
  const { faults, interchanges } = readEdifact(bytes)
  const inside = interchanges.flatMap((one) => [...one.faults, ...one.messages.flatMap((message) => message.faults)])
  return graves([...faults, ...inside])
}

const graves = (faults: readonly EdifactFault[]) => faults.filter(({ severity }) => severity !== 'warning')
const kinds = (messages: readonly SampleMessage[]) =>
  [...new Set(messages.map((one) => one.message.type))].sort().join(', ')
const whereOf = ({ sample, message }: SampleMessage) => `${sample}, ${message.type} ${message.reference}`
const senderOf = ({ sender, senderQualifier }: EdifactInterchange) => addressIn(sender, senderQualifier)
const receiverOf = ({ receiver, receiverQualifier }: EdifactInterchange) => addressIn(receiver, receiverQualifier)

const told = (one: SampleMessage): Told[] =>
  one.type === undefined || one.document === undefined
    ? []
    : [{ type: one.type, document: one.document, where: whereOf(one) }]

/** What a reader of messages and one of documents both say about a place. */
type At = Pick<EdifactFault, 'tag' | 'segment' | 'element' | 'component'>

/** `QTY 1-3 (segment 7)`. */
function placeOf({ tag = '', segment, element, component }: At): string | undefined {
  if (tag === '') return undefined
  const inside = component === undefined ? '' : `-${component}`
  const at = segment === undefined ? '' : ` (segment ${segment})`
  return `${tag}${element === undefined ? '' : ` ${element}${inside}`}${at}`
}

function finding(where: string, fault: At & Pick<EdifactFault, 'code' | 'message'>): GateFinding {
  const place = placeOf(fault)
  const says = `${where}${place === undefined ? '' : `, ${place}`}: ${fault.message}`
  return { code: fault.code, where, ...(place === undefined ? {} : { place }), says }
}

/** The place is told in X12, so it is left out here: the sentence names the line. */
const disagreed = ({ code, detail, of: { where } }: Disagreement): GateFinding => ({
  code,
  where,
  says: `${where}: ${detail}`,
})
