import { expect, test } from 'vitest'
import { readEdifact } from './read.ts'
import type { EdifactMessage } from './reading.ts'
import { type EdifactPart, type EdifactStreamOptions, readEdifactStream } from './stream.ts'

const HEAD = "UNB+UNOC:3+4012345000016:14+4098765000010:14+260102:1015+REF17'"
const message = (number: number, lines = 1): string =>
  [
    `UNH+${number}+ORDERS:D:96A:UN'`,
    "BGM+220+47?'11+9'",
    "DTM+137:20260102:102'",
    ...Array.from({ length: lines }, (_, i) => `LIN+${i + 1}++4000001000019:EN'`),
    "UNS+S'",
    `UNT+${lines + 5}+${number}'`,
  ].join('\n')
const interchange = (...messages: string[]): string =>
  [HEAD, ...messages, `UNZ+${messages.length}+REF17'`, ''].join('\n')

async function* cut(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
}

async function parts(text: string, size: number, options: EdifactStreamOptions = {}): Promise<EdifactPart[]> {
  const all: EdifactPart[] = []
  for await (const part of readEdifactStream(cut(text, size), options)) all.push(part)
  return all
}

const shown = ({ type, reference, segments, faults }: EdifactMessage): string =>
  JSON.stringify([
    type,
    reference,
    faults,
    Array.from({ length: segments.length }, (_, i) => [
      segments.offset(i),
      segments.tag(i),
      ...Array.from({ length: segments.count(i) }, (_, e) => segments.at(i, e + 1)),
    ]),
  ])

test.each([1, 7, 64, 100_000])('pieces of %i bytes read the same as the whole', async (size) => {
  const una = `UNA:|.? '${interchange(message(1), message(2, 30)).replaceAll('+', '|')}`
  const broken = interchange(message(1), message(1).replace("UNT+6+1'", "UNT+7+1'")).replace('UNZ+2', 'UNZ+3')
  const text = `\ufeff${interchange(message(1), message(2, 50), message(3))}rubbish\n${una}${broken}${HEAD}\n${message(1)}`
  const whole = readEdifact(Buffer.from(text))
  const streamed = await parts(text, size)
  expect(streamed.flatMap((one) => (one.kind === 'message' ? [shown(one.message)] : []))).toEqual(
    whole.interchanges.flatMap((one) => one.messages.map(shown)),
  )
  const ends = streamed.flatMap((one) => (one.kind === 'end' ? [one.interchange] : []))
  expect(ends.map((one) => [one.faults, one.received, one.start, one.end])).toEqual(
    whole.interchanges.map((one) => [one.faults, one.received, one.start, one.end]),
  )
})

test('a message that outgrows its limit is counted and refused, the next one is read', async () => {
  const text = interchange(message(1, 20_000), message(2))
  const read = (await parts(text, 4096, { maxMessageBytes: 100_000 })).flatMap((one) =>
    one.kind === 'message' ? [one.message] : [],
  )
  expect(read.map((one) => [one.reference, one.faults.map((f) => f.code)])).toEqual([
    ['1', ['XD_EDI_EDIFACT_MESSAGE_TOO_BIG']],
    ['2', []],
  ])
})

test('a segment that never ends is given up, not held', async () => {
  const streamed = await parts(`${HEAD}UNH+1+ORDERS:D:96A:UN'FTX+${'A'.repeat(300_000)}`, 4096, {
    maxMessageBytes: 100_000,
  })
  expect(streamed.at(-1)?.kind).toBe('end')
  expect(streamed.some((one) => one.kind === 'fault' && one.fault.code.endsWith('MESSAGE_TOO_BIG'))).toBe(true)
})

test('memory stays flat while a long interchange streams through', async () => {
  const one = message(1, 200)
  const count = Number(process.env['CROSSDOCK_EDIFACT_STREAM_MB'] ?? 24) * (1_000_000 / one.length)
  async function* long(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(HEAD)
    for (let i = 0; i < count; i++)
      yield Buffer.from(one.replace('UNH+1', `UNH+${i + 1}`).replace(/\+1'$/, `+${i + 1}'`))
    yield Buffer.from(`UNZ+${Math.ceil(count)}+REF17'`)
  }
  let messages = 0
  let highest = 0
  for await (const part of readEdifactStream(long())) {
    if (part.kind === 'message') {
      expect(part.message.faults.length).toBe(0)
      if (++messages % 500 === 0) highest = Math.max(highest, process.memoryUsage().arrayBuffers)
    }
    if (part.kind === 'end') expect(part.interchange.faults).toEqual([])
  }
  expect(messages).toBe(Math.ceil(count))
  expect(highest).toBeLessThan(64_000_000)
})
