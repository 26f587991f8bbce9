import type { CrossdockError } from '../base/errors.ts'
import type { Pieces } from '../base/pieces.ts'
import { documentOfMessage } from '../documents/catalogue.ts'
import { asEdifactFault, replacedMessages, withMessageFaults } from '../documents/faults-in-messages.ts'
import type { PartnerSyntax } from '../documents/partner-syntax.ts'
import type { EdifactFault, EdifactInterchange, EdifactMessage, EdifactSegments } from '../edi/edifact/reading.ts'
import { dayIn, unpadded } from '../edi/x12/element-value.ts'
import type { MappingCorrection } from '../identity/corrections.ts'
import { caseErrors } from './errors.ts'
import { isExpected } from './expected-documents.ts'
import type { UnderstoodDocument } from './interchange.ts'
import { edifactSyntax } from './profile-units.ts'
import type { EdifactProfile, Sender } from './settings.ts'

/** What became of a message before anyone judges: its document, or what is wrong with it beyond the directory. */
export interface UnderstoodMessage extends UnderstoodDocument {
  readonly faults: readonly EdifactFault[]
}

/** The messages of an interchange as documents, in the order of the file. */
export function* understoodMessages(
  { messages }: EdifactInterchange,
  profile: EdifactProfile,
  sender: Sender,
): Pieces<readonly UnderstoodMessage[]> {
  const syntax = edifactSyntax(profile)
  const understood: UnderstoodMessage[] = []
  for (const message of messages) {
    understood.push(understandMessage(message, syntax, sender))
    yield
  }
  return understood
}

/** What a message is called inside its arrival: the references of its interchange, its group and its own. */
export const messageName = (interchange: string, { group, reference }: EdifactMessage): string =>
  [interchange, group?.reference ?? '', reference].join('/')

/** Messages that answer something of ours, and are read by the mailbox. */
export const isAnswer = ({ type }: Pick<EdifactMessage, 'type'>): boolean => type === 'CONTRL' || type === 'APERAK'

/** What is wrong with a message by its type alone: there is no document for it. */
export function unreadMessage(type: string): EdifactFault | undefined {
  return isAnswer({ type }) || documentOfMessage(type)
    ? undefined
    : unsupported(caseErrors.SET_UNREAD(type.slice(0, 6)))
}

/** 0085: nobody agreed that this would be sent. */
const NO_AGREEMENT = '17'

function understandMessage(message: EdifactMessage, syntax: PartnerSyntax, sender: Sender): UnderstoodMessage {
  if (isAnswer(message)) return { faults: [] }
  const type = documentOfMessage(message.type)
  if (!type?.edifact) return { faults: [unsupported(caseErrors.SET_UNREAD(message.type.slice(0, 6)))] }
  if (!isExpected(type.name, sender)) return { faults: [unsupported(caseErrors.SET_UNSUPPORTED(message.type))] }
  if (message.faults.some(({ severity }) => severity === 'fatal')) return { type: type.name, faults: [] }
  const { document, warnings = [], faults = [] } = type.edifact.read(message, syntax)
  return { type: type.name, document, warnings, faults: faults.map(asEdifactFault) }
}

function unsupported({ code, message }: CrossdockError): EdifactFault {
  return { code, message, severity: 'fatal', level: 'message', contrl: NO_AGREEMENT, tag: 'UNH' }
}

/** The interchange as it is judged: what a document reader found is said to the partner in the same CONTRL. */
export function withFaults(read: EdifactInterchange, understood: readonly UnderstoodMessage[]): EdifactInterchange {
  if (understood.every(({ faults }) => faults.length === 0)) return read
  return withMessageFaults(read, (_message, at) => understood[at]?.faults ?? [])
}

/** Reads an interchange as if other values stood in its messages. Its envelope, its references and its bytes stay as they are. */
export function mapMessages(
  interchange: EdifactInterchange,
  mappings: readonly MappingCorrection[],
): EdifactInterchange {
  const inSegments = mappings.filter(({ where }) => !where.startsWith('/'))
  return inSegments.length === 0
    ? interchange
    : replacedMessages(interchange, (message) => mapMessage(message, inSegments))
}

/** What a component is read as; undefined where it is read as it stands. */
type Meant = (segment: number, element: number, component: number) => string | undefined

function mapMessage(message: EdifactMessage, mappings: readonly MappingCorrection[]): EdifactMessage {
  const { segments } = message
  const meant: Meant = (segment, element, component) => {
    const value = segments.component(segment, element, component)
    const places = placesOf(segments.tag(segment), element, component)
    return mappings.find(({ where, from }) => from === value && places.includes(where))?.to
  }
  const faults = message.faults.filter(
    ({ segment, element, component = 1 }) =>
      segment === undefined ||
      element === undefined ||
      segment > segments.length ||
      meant(segment - 1, element, component) === undefined,
  )
  return { ...message, faults, segments: mapSegments(segments, meant) }
}

/** `QTY/1/3`; the first component also as `QTY/1`. */
const placesOf = (tag: string, element: number, component: number): string[] => [
  `${tag}/${element}/${component}`,
  ...(component === 1 ? [`${tag}/${element}`] : []),
]

function mapSegments(segments: EdifactSegments, meant: Meant): EdifactSegments {
  const isSimple = (segment: number, element: number) => segments.components(segment, element) <= 1
  const at = (segment: number, element: number) =>
    (isSimple(segment, element) ? meant(segment, element, 1) : undefined) ?? segments.at(segment, element)
  return {
    length: segments.length,
    tag: (segment) => segments.tag(segment),
    count: (segment) => segments.count(segment),
    at,
    value: (segment, element) => unpadded(at(segment, element)),
    day: (segment, element) => dayIn(at(segment, element)),
    component: (segment, element, component, repeat = 1) =>
      (repeat === 1 ? meant(segment, element, component) : undefined) ??
      segments.component(segment, element, component, repeat),
    components: (segment, element, repeat) => segments.components(segment, element, repeat),
    repeats: (segment, element) => segments.repeats(segment, element),
    position: (segment) => segments.position(segment),
    offset: (segment) => segments.offset(segment),
  }
}

/** Whether a value that a mapping is about stands in a message. */
export function standsInMessage({ segments }: EdifactMessage, { where, from }: MappingCorrection): boolean {
  const [tag, element = '', component = '1'] = where.split('/')
  for (let segment = 0; segment < segments.length; segment += 1) {
    if (segments.tag(segment) !== tag) continue
    if (segments.component(segment, Number(element), Number(component)) === from) return true
  }
  return false
}
