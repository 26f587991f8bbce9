/** What documents find wrong in the messages of an EDIFACT interchange, put beside what the directory finds: one CONTRL says both. */
import type { EdifactFault, EdifactInterchange, EdifactMessage } from '../edi/edifact/reading.ts'
import { documentOfMessage } from './catalogue.ts'
import type { DocumentFault } from './faults.ts'

/** The interchange as it is judged: each message with what else is wrong with it, said once where both say the same. */
export function withMessageFaults(
  read: EdifactInterchange,
  faultsOf: (message: EdifactMessage, at: number) => readonly EdifactFault[],
): EdifactInterchange {
  return replacedMessages(read, (message, at) => {
    const fresh = faultsOf(message, at).filter((fault) => !message.faults.some((known) => isSamePlace(known, fault)))
    return fresh.length === 0 ? message : { ...message, faults: [...message.faults, ...fresh] }
  })
}

const isSamePlace = (a: EdifactFault, b: EdifactFault): boolean =>
  a.segment === b.segment && a.element === b.element && a.component === b.component && a.contrl === b.contrl

/** The interchange with other messages in the place of its own, also inside its groups. */
export function replacedMessages(
  read: EdifactInterchange,
  other: (message: EdifactMessage, at: number) => EdifactMessage,
): EdifactInterchange {
  const messages = read.messages.map(other)
  if (messages.every((message, at) => message === read.messages[at])) return read
  const at = new Map(read.messages.map((message, index) => [message, messages[index] as EdifactMessage]))
  const groups = read.groups.map((group) => ({
    ...group,
    messages: group.messages.map((message) => at.get(message) ?? message),
  }))
  return { ...read, messages, groups }
}

/** 0085 for what X12 says by AK403: missing, too many, too short, too long, wrong characters, no code, no date, no time. */
const OF_ELEMENT: Readonly<Record<string, string>> = {
  '1': '13',
  '3': '16',
  '4': '40',
  '5': '39',
  '6': '37',
  '7': '12',
  '8': '12',
  '9': '12',
}
const MISSING_SEGMENT = '3'

/** A fault of a document as CONTRL says it. What no code is for is a value that is not as it should be. */
export function asEdifactFault(fault: DocumentFault): EdifactFault {
  const { code, message, severity, level, segment, tag, element, component, offset, value, ack } = fault
  const isMissing = ack?.ak3 === MISSING_SEGMENT
  const contrl = isMissing ? '13' : (OF_ELEMENT[ack?.ak4 ?? ''] ?? '12')
  return {
    code,
    message,
    severity,
    level: level === 'element' || level === 'segment' ? level : 'message',
    contrl,
    ...(segment === undefined ? {} : { segment }),
    ...(tag === undefined ? {} : { tag }),
    ...(element === undefined ? {} : { element }),
    ...(component === undefined ? {} : { component }),
    ...(offset === undefined ? {} : { offset }),
    ...(value === undefined ? {} : { value }),
  }
}

/**
 * The interchange with every message read as its document, as a hub reads it whose partner has no ways of its own. `unread`
 * says what a hub says of a message that it has no document for.
 */
export const messagesReadAsDocuments = (
  read: EdifactInterchange,
  unread: (type: string) => EdifactFault | undefined,
): EdifactInterchange =>
  withMessageFaults(read, (message) => {
    const strange = unread(message.type)
    if (strange) return [strange]
    if (message.faults.some(({ severity }) => severity === 'fatal')) return []
    return documentOfMessage(message.type)?.edifact?.read(message, {}).faults?.map(asEdifactFault) ?? []
  })
