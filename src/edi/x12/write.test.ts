import { expect, test } from 'vitest'
import { type WrittenInterchange, writeInterchange, writeSegments } from './write.ts'

const interchange = (over: Partial<WrittenInterchange> = {}): WrittenInterchange => ({
  senderQualifier: 'ZZ',
  sender: 'ACMESUPPLY',
  receiverQualifier: '12',
  receiver: '5555550142',
  date: '20260102',
  time: '101530',
  version: '00401',
  controlNumber: 17,
  usage: 'P',
  groups: [
    {
      functionalId: 'PO',
      sender: 'ACMESUPPLY',
      receiver: '5555550142',
      date: '20260102',
      time: '1015',
      controlNumber: '0018',
      version: '004010',
      sets: [
        { id: '850', controlNumber: 1, segments: [['BEG', '00', 'SA', '4711', '', '20260102', '', '']] },
        {
          id: '850',
          controlNumber: '000000002',
          segments: [
            ['BEG', '00', 'SA', '4712', '', '20260102'],
            ['CTT', '0'],
          ],
        },
      ],
    },
  ],
  ...over,
})

test('an interchange: ISA in 106 characters, counts and numbers repeated at the end', () => {
  const text = writeInterchange(interchange(), { separators: { lineEnd: '\n' } })
  expect(text.split('\n')).toEqual([
    'ISA*00*          *00*          *ZZ*ACMESUPPLY     *12*5555550142     *260102*1015*U*00401*000000017*0*P*>~',
    'GS*PO*ACMESUPPLY*5555550142*20260102*1015*18*X*004010~',
    'ST*850*0001~',
    'BEG*00*SA*4711**20260102~',
    'SE*3*0001~',
    'ST*850*000000002~',
    'BEG*00*SA*4712**20260102~',
    'CTT*0~',
    'SE*4*000000002~',
    'GE*2*18~',
    'IEA*1*000000017~',
    '',
  ])
  expect(text.indexOf('~') + 1).toBe(106)
})

test('before 004010 a date has six digits, wherever the tables say that it is one, unless they would name another year', () => {
  const [group] = interchange().groups
  const segments = [
    ['BEG', '00', 'SA', '20260103', '', '20260102'],
    ['DTM', '010', '20260104', '', '', 'RD8', '20260105-20260106'],
    ['DTM', '011', '20500101'],
  ]
  const sets = [{ id: '850', controlNumber: 1, segments }]
  const rows = (version: string) =>
    writeInterchange(interchange({ version: version.slice(0, 5), groups: [{ ...group!, version, sets }] })).split('~')
  expect(rows('003040').slice(1, 6)).toEqual([
    'GS*PO*ACMESUPPLY*5555550142*260102*1015*18*X*003040',
    'ST*850*0001',
    'BEG*00*SA*20260103**260102',
    'DTM*010*260104***RD8*20260105-20260106',
    'DTM*011*20500101',
  ])
  expect(rows('004010').slice(3, 5)).toEqual([
    'BEG*00*SA*20260103**20260102',
    'DTM*010*20260104***RD8*20260105-20260106',
  ])
})

test('from version 00402 on ISA11 carries the repetition separator', () => {
  const text = writeInterchange(interchange({ version: '00501' }), { separators: { repetition: '!' } })
  expect(text.slice(82, 89)).toBe('!*00501')
})

test('composites and repeats are written with their separators, empty ends are not written', () => {
  const text = writeSegments([
    ['SLN', '1', '', 'I', '5', ['EA', '2', '']],
    ['AK5', 'R', { repeats: ['1', ['a', 'b']] }],
  ])
  expect(text).toBe('SLN*1**I*5*EA>2~AK5*R*1^a>b~')
})

test.each(['*', '~', '>', '^'])('data that contains the separator %s is refused, with its place', (separator) => {
  const write = () => writeSegments([['N1', 'ST', `A${separator}B`]])
  expect(write).toThrow(
    expect.objectContaining({ code: 'XD_EDI_SEPARATOR_IN_DATA', message: expect.stringContaining('N102') }),
  )
  expect(writeSegments([['N1', 'ST', `A${separator}B`]], { unwritable: { replaceWith: ' ' } })).toBe('N1*ST*A B~')
})

test('control characters are refused, in a composite too', () => {
  expect(() => writeSegments([['SLN', ['EA', 'a\nb']]])).toThrow(
    expect.objectContaining({ code: 'XD_EDI_CONTROL_IN_DATA', message: expect.stringContaining('SLN01-2') }),
  )
})

test('the same data goes through with other separators', () => {
  expect(writeSegments([['N1', 'ST', 'A*B']], { separators: { element: '|' } })).toBe('N1|ST|A*B~')
})

test.each([
  [{ element: '~' }, 'two are the same'],
  [{ element: 'A' }, 'letters'],
  [{ element: '**' }, 'one character'],
  [{ lineEnd: 'x' }, 'line end'],
])('separators that cannot work are refused: %j', (separators, why) => {
  expect(() => writeInterchange(interchange(), { separators })).toThrow(
    expect.objectContaining({ code: 'XD_EDI_SEPARATORS', message: expect.stringContaining(why) }),
  )
})

test('a replacement that is itself a separator is refused', () => {
  expect(() => writeSegments([], { unwritable: { replaceWith: '*' } })).toThrow(
    expect.objectContaining({ code: 'XD_EDI_SEPARATORS' }),
  )
})

test('names that do not fit into ISA, or would break it, are refused', () => {
  expect(() => writeInterchange(interchange({ sender: 'ACMESUPPLYCOMPANY' }))).toThrow(
    expect.objectContaining({ code: 'XD_EDI_HEADER_TOO_LONG' }),
  )
  expect(() => writeInterchange(interchange({ receiver: 'A*B' }))).toThrow(
    expect.objectContaining({ code: 'XD_EDI_SEPARATOR_IN_DATA', message: expect.stringContaining('ISA08') }),
  )
})

test.each([0, -1, 1_000_000_000, 1.5, '', 'X'])('%j is no control number', (controlNumber) => {
  expect(() => writeInterchange(interchange({ controlNumber }))).toThrow(
    expect.objectContaining({ code: 'XD_EDI_CONTROL_NUMBER' }),
  )
})

test('a segment without a name is a mistake of ours', () => {
  expect(() => writeSegments([['', 'x']])).toThrow(expect.objectContaining({ code: 'XD_EDI_SEGMENT_NAME' }))
})
