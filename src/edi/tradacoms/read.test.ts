import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTradacoms } from './read.ts'
import { tradacomsReport } from './report.ts'

const ORDER = [
  "STX=ANA:1+5000000000011:OUR STORES+5010000000022:OUR SUPPLIER+260102:101500+REF7+PASSW+ORDHDR+B'",
  "MHD=1+ORDHDR:9'",
  "TYP=0430+NEW-ORDERS'",
  "FIL=1+1+260102'",
  "MTR=4'",
  "MHD=2+ORDERS:9'",
  "CLO=5000000000283:89828+DEPOT ?'EAST?'+A=B'",
  "ORD=70970::260102'",
  "OLD=1+5010210000000++:00893592+12+60++++ROLLS:4 PACK'",
  "OTR=1'",
  "MTR=6'",
  "MHD=3+ORDTLR:9'",
  "OFT=1'",
  "MTR=3'",
  "END=3'",
]
const bytes = (lines: readonly string[], end = '\n') => Buffer.from(lines.map((line) => line + end).join(''))
const codes = (faults: readonly { code: string }[]) => faults.map((f) => f.code.replace('XD_EDI_TRADACOMS_', ''))
const changed = (from: string, to: string) => bytes(ORDER.map((line) => line.replace(from, to)).filter(Boolean))

test.each([
  ['one segment a line', '\n'],
  ['all in one line', ''],
])('an order is read, %s', (_, end) => {
  const { transmissions, faults } = readTradacoms(bytes(ORDER, end))
  expect([faults, transmissions.length]).toEqual([[], 1])
  const [one] = transmissions
  expect(one).toMatchObject({
    sender: '5000000000011',
    senderName: 'OUR STORES',
    receiver: '5010000000022',
    date: '260102',
    time: '101500',
    reference: 'REF7',
    application: 'ORDHDR',
    faults: [],
  })
  expect(one?.messages.map(({ type, version, number, faults: inside }) => [type, version, number, inside])).toEqual([
    ['ORDHDR', '9', '1', []],
    ['ORDERS', '9', '2', []],
    ['ORDTLR', '9', '3', []],
  ])
  const segments = one!.messages[1]!.segments
  expect([segments.tag(1), segments.at(1, 2), segments.at(1, 3)]).toEqual(['CLO', "DEPOT 'EAST'", 'A=B'])
  expect([segments.component(3, 4, 2), segments.at(3, 6), segments.component(3, 10, 2)]).toEqual([
    '00893592',
    '60',
    '4 PACK',
  ])
})

test('a file cut into lines of one width is put together again', () => {
  const whole = ORDER.join('')
  const blocks = whole.match(/.{1,40}/g) ?? []
  const read = readTradacoms(bytes(blocks, '\r\n'))
  expect(codes(read.faults)).toEqual(['LINE_BLOCKS'])
  expect(read.transmissions[0]?.messages.map((one) => one.faults)).toEqual([[], [], []])
})

test.each([
  ['END=3', 'END=4', ['MESSAGE_COUNT'], 'rejected'],
  ["END=3'", '', ['END_MISSING'], 'rejected'],
  ['ANA:1', 'ANAA:1', ['SYNTAX_UNKNOWN'], 'accepted_with_errors'],
  ['MTR=6', 'MTR=7', ['SEGMENT_COUNT'], 'partly_rejected'],
  ["MTR=6'", '', ['MTR_MISSING'], 'partly_rejected'],
  ['MHD=2', 'MHD=5', ['MESSAGE_NUMBER'], 'accepted_with_errors'],
  ["END=3'", "OLD=1'END=3'", ['OUTSIDE_MESSAGE'], 'accepted_with_errors'],
  ['ROLLS', 'RO\u0001LS', ['CONTROL_CHARACTER'], 'partly_rejected'],
  ['5000000000011:OUR STORES', '', ['STX_UNREADABLE'], 'quarantined'],
  ['STX', 'STY', ['NO_TRANSMISSION'], 'quarantined'],
])('%s written %s is said, and judged', (from, to, expected, verdict) => {
  const report = tradacomsReport(changed(from, to), 'file')
  const inside = report.interchanges.flatMap((one) => [
    ...one.faults,
    ...one.messages.flatMap((message) => message.faults),
  ])
  expect([codes([...report.faults, ...inside]), report.verdict]).toEqual([expected, verdict])
})

test('no bytes make the reader fail', () => {
  const piece = fc.oneof(
    fc.constantFrom(...ORDER, "'", '=', '?', '+', 'STX=', 'MHD=1', '\n'),
    fc.string({ unit: 'binary', maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      expect(tradacomsReport(Buffer.from(pieces.join(''), 'latin1'), 'file').verdict).toBeTypeOf('string')
    }),
    { numRuns: 300 },
  )
})
