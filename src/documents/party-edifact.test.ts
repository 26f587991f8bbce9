import { expect, test } from 'vitest'
import { linesIn, startMessage, wholeTextIn } from './message-reading.ts'
import type { MessageSegment } from './message-writing.ts'
import { PARTY_ALONE, readMessageParty, readShortNotes } from './party-edifact.ts'
import { messageFrom } from './testing/message-from.ts'

/** A message being read that has only this segment, at place 1. */
const readingOf = (segment: MessageSegment) => startMessage(messageFrom('ORDERS', [segment]), 'ORDERS', {})
const partyOf = (...elements: (string | string[])[]) =>
  readMessageParty(readingOf(['NAD', 'BY', ...elements]), 1, PARTY_ALONE).party

test('a name in C080 leaves all of C058 to the street, also where NAD ends there', () => {
  const named = { name: 'BIG BOX LTD', address: { lines: ['12 MAIN STREET'] } }
  expect(partyOf('', '12 MAIN STREET', 'BIG BOX LTD')).toEqual(named)
  expect(partyOf('', ['DOCK 4', '12 MAIN STREET'], ['BIG BOX LTD', 'EAST'])).toEqual({
    name: 'BIG BOX LTD',
    names: ['EAST'],
    address: { lines: ['DOCK 4', '12 MAIN STREET'] },
  })
  expect(partyOf('', 'DOCK 4', 'BIG BOX LTD', '12 MAIN STREET')).toEqual({
    name: 'BIG BOX LTD',
    address: { lines: ['DOCK 4', '12 MAIN STREET'] },
  })
})

test('C058 alone is the name and then the street; C080 alone has no street', () => {
  expect(partyOf('', 'BIG BOX LTD')).toEqual({ name: 'BIG BOX LTD' })
  expect(partyOf('', ['BIG BOX LTD', '12 MAIN STREET'])).toEqual({
    name: 'BIG BOX LTD',
    address: { lines: ['12 MAIN STREET'] },
  })
  expect(partyOf('', '', 'BIG BOX LTD')).toEqual({ name: 'BIG BOX LTD' })
  expect(partyOf('', '', ['BIG BOX LTD', 'EAST'])).toEqual({ name: 'BIG BOX LTD', names: ['EAST'] })
})

const WHITE = ['\t', '\r\n', '\u00a0', ' \t ']

test('of a line alone as of several all white space at the end goes', () => {
  for (const white of WHITE) {
    for (const lines of [[`BIG BOX${white}`], ['BIG BOX', `EAST${white}`]]) {
      const reading = readingOf(['FTX', 'AAI', '', '', lines])
      const plain = lines.map((line) => line.trimEnd())
      expect(linesIn(reading, 1, 4, 1, 70)).toEqual(plain)
      expect(wholeTextIn(reading, 1, 4, 1, 70)).toBe(plain.join(' '))
      expect(reading.found).toEqual([])
    }
    const empty = readingOf(['FTX', 'AAI', '', '', white])
    expect([linesIn(empty, 1, 4, 1, 70), wholeTextIn(empty, 1, 4, 1, 70)]).toEqual([[], undefined])
  }
})

test('a short note has white space on neither side, whether it is one or is cut into several', () => {
  const notesOf = (...lines: string[]) => {
    const owner: { notes?: string[] } = {}
    readShortNotes(readingOf(['FTX', 'AAI', '', '', lines]), 1, owner)
    return owner.notes
  }
  expect(notesOf('  call first\r\n')).toEqual(['call first'])
  expect(notesOf(`  ${'a'.repeat(50)}`, `${'b'.repeat(50)}\t`)).toEqual([
    `${'a'.repeat(50)} ${'b'.repeat(27)}`,
    'b'.repeat(23),
  ])
  expect(notesOf('\t ')).toBeUndefined()
})
