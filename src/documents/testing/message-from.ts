import { readEdifact } from '../../edi/edifact/read.ts'
import type { EdifactMessage } from '../../edi/edifact/reading.ts'
import { edifactBytes, writeEdifact } from '../../edi/edifact/write.ts'
import type { DocumentType } from '../document.ts'
import type { MessageElement, MessageSegment } from '../message-writing.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'

/** How a message of a test differs from the usual one. */
export interface MessageWays {
  readonly release?: string
  readonly decimal?: '.' | ','
  readonly syntaxVersion?: number
}

const released = (text: string) => text.replace(/[:+?'*]/g, '?$&')
const written = (element: MessageElement): string =>
  typeof element === 'string' ? released(element) : element.map(released).join(':')

/** A whole interchange around the body of one message, as text. Tests alone use it; the product has the edi room's writer. */
export function messageInterchange(type: string, body: readonly MessageSegment[], ways: MessageWays = {}): string {
  const { release = '96A', decimal = '.', syntaxVersion = 3 } = ways
  const rows = [
    `UNB+UNOY:${syntaxVersion}+SENDER+RECEIVER+260102:0304+1`,
    `UNH+1+${type}:D:${release}:UN`,
    ...body.map(([tag, ...elements]) => [tag, ...elements.map(written)].join('+')),
    `UNT+${body.length + 2}+1`,
    'UNZ+1+1',
  ]
  return [`UNA:+${decimal}? `, ...rows].map((row) => `${row}'`).join('\n')
}

/** The messages of a file. */
export function messagesIn(bytes: Uint8Array | string): EdifactMessage[] {
  const file = readEdifact(typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes)
  return file.interchanges.flatMap(({ messages }) => messages)
}

/** One message around the body, read by the product's reader. */
export function messageFrom(type: string, body: readonly MessageSegment[], ways?: MessageWays): EdifactMessage {
  const [message] = messagesIn(messageInterchange(type, body, ways))
  if (message === undefined) throw new Error('the fixture holds no message')
  return message
}

/** One message around the body, written in this directory as the product writes it, and read by its reader. */
export function messageWritten(
  type: string,
  body: readonly MessageSegment[],
  directory: string,
  syntaxVersion: number,
): EdifactMessage {
  const [version = '', release = ''] = directory.split('.')
  const syntax = 'UNOY'
  const text = writeEdifact({
    syntax,
    syntaxVersion,
    sender: { id: 'SENDER' },
    receiver: { id: 'RECEIVER' },
    date: '20260102',
    time: '0304',
    reference: '1',
    messages: [{ reference: '1', type, version, release, segments: body }],
  })
  const [message] = messagesIn(edifactBytes(text, syntax))
  if (message === undefined) throw new Error('the interchange holds no message')
  return message
}

/** Segments written as in a file, `LIN+1++400:EN'…`, for tests that change one of them. Nothing is released in them. */
export function messageSegmentsOf(text: string): MessageSegment[] {
  return text
    .split("'")
    .map((row) => row.trim())
    .filter((row) => row !== '')
    .map((row) => {
      const [tag = '', ...elements] = row.split('+')
      return [tag, ...elements.map((element) => (element.includes(':') ? element.split(':') : element))]
    })
}

/** A part of a message and what stands there instead. */
export type MessageChange = readonly [from: string, to: string]

/** Reads a plain message with changes in it; a change that finds nothing fails the test. */
export function messageReader<T>({ edifact }: DocumentType<T>, plain: string) {
  if (edifact === undefined) throw new Error('the document has no EDIFACT form')
  const { message, read } = edifact
  const readWith = (changes: readonly MessageChange[] = [], ways: MessageWays = {}, syntax: PartnerSyntax = {}) => {
    const text = changes.reduce((all, [from, to]) => {
      if (!all.includes(from)) throw new Error(`the plain message has no ${from}`)
      return all.replace(from, to)
    }, plain)
    return read(messageFrom(message, messageSegmentsOf(text), ways), syntax)
  }
  const faultsWith = (...changes: readonly MessageChange[]) =>
    readWith(changes).faults?.map(({ pointer, code }) => [pointer, code.replace('XD_DOCUMENTS_', '')])
  return { readWith, faultsWith }
}
