import { expect, test } from 'vitest'
import { endsWithTrailer } from './ends-with-trailer.ts'

const isa = (terminator: string) =>
  `ISA*00*${' '.repeat(10)}*00*${' '.repeat(10)}*ZZ*A${' '.repeat(14)}*ZZ*B${' '.repeat(14)}*260105*0800*U*00401*000000001*0*P*>${terminator}`
const x12 = (terminator: string, between = '') =>
  ['GS*PO*A*B', 'ST*850*0001', 'SE*2*0001', 'GE*1*1', 'IEA*1*000000001'].reduce(
    (text, segment) => `${text}${between}${segment}${terminator}`,
    isa(terminator),
  )

test.each([
  ['X12', x12('~')],
  ['X12 in lines', x12('~', '\r\n')],
  ['X12 that ends in a line end', `${x12('~', '\n')}\r\n`],
  ['X12 whose terminator is a line end', x12('\n')],
  ['X12 after a byte order mark', `\ufeff${x12('~')}`],
  ['EDIFACT', "UNB+UNOC:3+A+B+260105:0800+1'UNZ+0+1'\n"],
  ['EDIFACT with its separators', 'UNA:+.? ~UNB+UNOC:3+A+B+260105:0800+1~UNZ+0+1~'],
])('%s ends with its trailer, and no part of it does', (_what, text) => {
  expect(endsWithTrailer(Buffer.from(text))).toBe(true)
  const last = text.trimEnd().length - (text.endsWith('~') || text.trimEnd() !== text ? 1 : 0)
  for (let length = 0; length < last; length += 1) {
    expect(endsWithTrailer(Buffer.from(text.slice(0, length)))).toBe(false)
  }
})

test.each([['PO,Item\n1,IEA\n'], [''], ['ISA'], ["UNZ+0+1'"], [`${x12('~')}${isa('~')}`]])('%j does not', (text) => {
  expect(endsWithTrailer(Buffer.from(text))).toBe(false)
})
