import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEdifact } from './read.ts'
import type { EdifactMessage } from './reading.ts'
import { edifactBytes, type WrittenEdifact, type WrittenSegment, writeEdifact, writeEdifactSegments } from './write.ts'

const interchange = (over: Partial<WrittenEdifact> = {}): WrittenEdifact => ({
  sender: { id: '4012345000016', qualifier: '14' },
  receiver: { id: '4098765000010', qualifier: '14' },
  date: '20260102',
  time: '101530',
  reference: 'REF17',
  messages: [
    {
      reference: '1',
      type: 'ORDERS',
      release: '96A',
      association: 'EAN008',
      segments: [
        ['BGM', '220', "47:11+'?", '9', '', ''],
        ['QTY', ['21', '5', '', '']],
      ],
    },
  ],
  ...over,
})

test('an interchange: UNA, references and counts repeated at the end, separators in data released', () => {
  expect(writeEdifact(interchange(), { separators: { lineEnd: '\n' } }).split('\n')).toEqual([
    "UNA:+.? '",
    "UNB+UNOC:3+4012345000016:14+4098765000010:14+260102:1015+REF17'",
    "UNH+1+ORDERS:D:96A:UN:EAN008'",
    "BGM+220+47?:11?+?'??+9'",
    "QTY+21:5'",
    "UNT+4+1'",
    "UNZ+1+REF17'",
    '',
  ])
})

test('syntax 4 has repeats and eight digits of the date, groups are counted, the test flag is set', () => {
  const [message] = interchange().messages ?? []
  const segments: WrittenSegment[] = [
    [
      'COM',
      {
        repeats: [
          ['s11', 'TE'],
          ['*2', 'FX'],
        ],
      },
    ],
  ]
  const group = {
    type: 'ORDERS',
    sender: { id: 'A' },
    receiver: { id: 'B' },
    reference: 'G1',
    release: '96A',
    messages: [{ ...message!, segments }],
  }
  const { messages: _, ...rest } = interchange()
  const text = writeEdifact({ ...rest, syntax: 'UNOY', syntaxVersion: 4, test: true, groups: [group] }, { una: false })
  expect(text).toBe(
    "UNB+UNOY:4+4012345000016:14+4098765000010:14+20260102:1015+REF17++++++1'UNG+ORDERS+A+B+20260102:1015+G1+UN+D:96A'" +
      "UNH+1+ORDERS:D:96A:UN:EAN008'COM+s11:TE*?*2:FX'UNT+3+1'UNE+1+G1'UNZ+1+REF17'",
  )
})

test.each([
  ['EDIFACT_CHARACTER', interchange({ syntax: 'UNOA', sender: { id: 'small' } }), {}],
  ['EDIFACT_CHARACTER', interchange({ sender: { id: 'Łódź' } }), {}],
  ['EDIFACT_CHARACTER', interchange({ syntax: 'UNOY', sender: { id: 'a\nb' } }), {}],
  ['EDIFACT_UNRELEASED', interchange(), { separators: { release: '' } }],
  ['EDIFACT_REFERENCE', interchange({ reference: 'much too long for this' }), {}],
  ['EDIFACT_SEPARATORS', interchange(), { separators: { element: ':' } }],
  ['EDIFACT_SEPARATORS', interchange(), { separators: { element: '|' }, una: false }],
  ['EDIFACT_SYNTAX', interchange({ syntax: 'UNOD' }), {}],
])('what cannot be written is refused: %s', (code, written, options) => {
  expect(() => writeEdifact(written, options)).toThrow(expect.objectContaining({ code: `XD_EDI_${code}` }))
})

test('a replacement stands in for what the character set cannot carry', () => {
  const text = writeEdifact(interchange({ syntax: 'UNOA', sender: { id: 'Ab' } }), { unwritable: { replaceWith: 'X' } })
  expect(text).toContain('+AX+')
})

test('segments alone, for a look', () => {
  expect(writeEdifactSegments([['BGM', '220', '47+11']])).toBe("BGM+220+47?+11'")
})

const text = (syntax: string) =>
  syntax === 'UNOA'
    ? fc.string({ unit: fc.constantFrom(...'ABCXYZ019 .,-()/=\'+:?!"%&*;<>'), maxLength: 12 })
    : fc.string({ unit: fc.constantFrom(..."aZ9 :+'?*.,äß~^|"), maxLength: 12 })

/** Empty ends are not written, so they do not come back. */
const anySegments = (syntax: string, repeats: boolean) => {
  const whole = text(syntax).filter((one) => one !== '')
  const composite = fc.tuple(fc.array(text(syntax), { maxLength: 3 }), whole).map(([before, last]) => [...before, last])
  const repeated = fc.array(composite, { minLength: 1, maxLength: 3 })
  return fc.array(fc.array(repeats ? repeated : composite.map((one) => [one]), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 6,
  })
}

const read = ({ segments }: EdifactMessage): string[][][][] =>
  Array.from({ length: segments.length - 2 }, (_, i) =>
    Array.from({ length: segments.count(i + 1) }, (_, e) =>
      segments
        .repeats(i + 1, e + 1)
        .map((_, r) =>
          Array.from({ length: segments.components(i + 1, e + 1, r + 1) }, (_, c) =>
            segments.component(i + 1, e + 1, c + 1, r + 1),
          ),
        ),
    ),
  )

test.each([
  ['UNOA', 1],
  ['UNOC', 3],
  ['UNOC', 4],
  ['UNOY', 4],
] as const)('whatever is written in %s version %i is read back the same', (syntax, syntaxVersion) => {
  const separators = fc.constantFrom(
    {},
    { element: '|', component: '^', segment: '~', release: '\\' },
    { lineEnd: '\n' },
  )
  fc.assert(
    fc.property(anySegments(syntax, syntaxVersion === 4), separators, (body, chosen) => {
      const segments = body.map((elements): WrittenSegment => ['FTX', ...elements.map((repeats) => ({ repeats }))])
      const written = writeEdifact(
        interchange({ syntax, syntaxVersion, messages: [{ reference: '1', type: 'MINE', release: '1', segments }] }),
        { separators: chosen },
      )
      const { interchanges, faults } = readEdifact(edifactBytes(written, syntax))
      expect([faults, interchanges.length, interchanges[0]?.faults]).toEqual([[], 1, []])
      const message = interchanges[0]?.messages[0] as EdifactMessage
      expect(message.faults).toEqual([])
      expect(read(message)).toEqual(body)
    }),
    { numRuns: 200 },
  )
})
