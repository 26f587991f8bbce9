import { expect, test } from 'vitest'
import * as edifact from './edifact/report.ts'
import { readEdifactStream } from './edifact/stream.ts'
import { csv, fixedWidth } from './flat/layout.ts'
import { readFlat } from './flat/read.ts'
import { fuzz } from './testing/fuzz.ts'
import { tradacomsReport, tradacomsText } from './tradacoms/report.ts'
import * as x12 from './x12/report.ts'
import { readX12Stream } from './x12/stream.ts'
import { WELL_FORMED } from './x12/testing/well-formed.ts'

/** `npm run test:long` sets it: ten minutes for each reader. */
const SECONDS = Number(process.env['CROSSDOCK_FUZZ_SECONDS'] ?? 0.5)
const SEED = Number(process.env['CROSSDOCK_FUZZ_SEED'] ?? 20_260_105)

const stock = csv({
  numbers: { point: '.' },
  faulty: 'skipRecord',
  columns: { sku: { required: true, most: 20 }, quantity: { type: 'decimal' }, day: { type: 'date' } },
})
const orders = fixedWidth({
  tag: { at: 1, length: 3 },
  records: {
    header: { tag: 'HDR', place: 'first', length: 17, fields: { sender: { at: 4, length: 6 } } },
    line: {
      tag: 'LIN',
      length: 26,
      fields: { sku: { at: 4, length: 8, required: true }, quantity: { at: 12, length: 7, type: 'integer' } },
    },
    trailer: { tag: 'TRL', place: 'last', fields: { count: { at: 4, length: 6, type: 'integer' } } },
  },
  totals: [{ field: 'trailer.count', counts: ['line'] }],
})

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const size = 1 + (bytes.length % 700)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const x12Files = Object.entries(WELL_FORMED).map(([id, rows]) => Buffer.from(x12Text(id, rows)))

function x12Text(id: string, rows: readonly string[]): string {
  const who = `ZZ*${'BIGBOX'.padEnd(15)}*ZZ*${'ACME'.padEnd(15)}`
  return [
    `ISA*00*${' '.repeat(10)}*00*${' '.repeat(10)}*${who}*260102*1015*U*00401*000000017*1*P*>`,
    'GS*PO*BIGBOX*ACME*20260102*1015*17*X*004010',
    `ST*${id}*0001`,
    ...rows,
    `SE*${rows.length + 2}*0001`,
    'GE*1*17',
    'IEA*1*000000017',
    '',
  ].join('~\n')
}

const EDIFACT_ORDER = [
  "UNA:+.? '",
  "UNB+UNOC:3+4012345000016:14+4098765000010:14+260102:1015+REF17++++1'",
  "UNG+ORDERS+A:14+B:14+260102:1015+G1+UN+D:96A'",
  "UNH+1+ORDERS:D:96A:UN'",
  "BGM+220+47?'11+9'",
  "DTM+137:20260102:102'",
  "NAD+BY+4012345000016::9'",
  "LIN+1++4000001000019:EN'",
  "QTY+21:5.5:PCE'",
  "UNS+S'",
  "UNT+8+1'",
  "UNE+1+G1'",
  "UNZ+1+REF17'",
]
const VERSION_4 = EDIFACT_ORDER.map((row) => row.replace('? ', '?*').replace('UNOC:3', 'UNOC:4'))

const TRADACOMS_ORDER = [
  "STX=ANA:1+5000000000011:A+5010000000022:B+260102:101500+REF7'",
  "MHD=1+ORDHDR:9'TYP=0430+NEW-ORDERS'SDT=5010000000022'CDT=5000000000011'FIL=1+1+260102'MTR=6'",
  "MHD=2+ORDERS:9'CLO=:::'ORD=4711::260102'OLD=1+5000000000028++:SKU 1++5'OTR=1'MTR=6'END=2'",
]

const readers = [
  {
    name: 'X12',
    good: x12Files,
    pieces: [
      '*',
      '~',
      '>',
      '^',
      '\n',
      'ISA*',
      'GS*PO',
      'ST*850*0001~',
      'SE*1*1~',
      'GE*1*1~',
      'IEA*1*000000017~',
      'PO1*1*1*EA~',
      '1O',
      '\u00ff',
    ],
    read: async (bytes: Uint8Array) => {
      x12.checkText(x12.checkReport(bytes, 'file'))
      x12.readText(x12.readReport(bytes, 'file'))
      for await (const _ of readX12Stream(pieces(bytes), { maxSetBytes: 50_000 }));
    },
  },
  {
    name: 'EDIFACT',
    good: [EDIFACT_ORDER.join('\n'), EDIFACT_ORDER.join(''), VERSION_4.join('\r\n')].map((text) => Buffer.from(text)),
    pieces: [...EDIFACT_ORDER, "'", '+', ':', '?', '*', '\n', 'UNA', 'UNB+', 'UNT', '1.234,5', '\u00ff', '\u001d'],
    read: async (bytes: Uint8Array) => {
      edifact.checkText(edifact.checkReport(bytes, 'file'))
      edifact.readText(edifact.readReport(bytes, 'file'))
      for await (const _ of readEdifactStream(pieces(bytes), { maxMessageBytes: 50_000 }));
    },
  },
  {
    name: 'TRADACOMS',
    good: [Buffer.from(TRADACOMS_ORDER.join(''))],
    pieces: [...TRADACOMS_ORDER, "'", '+', ':', '=', '?', 'STX=', 'MHD=', 'MTR=1', '\n', '\u0000'],
    read: (bytes: Uint8Array) => tradacomsText(tradacomsReport(bytes, 'file')),
  },
  {
    name: 'CSV',
    good: [Buffer.from('sku,quantity,day\n4711,3.5,2026-01-02\n"a, ""b""",1,\n0815,2,2026-02-28\n')],
    pieces: [',', '"', '""', '\n', '\r', '\r\n', '=cmd|', '1.234,5', '\u00ff', '\u0000', 'sku,quantity'],
    read: (bytes: Uint8Array) => readFlat(bytes, stock),
  },
  {
    name: 'fixed width',
    good: [
      Buffer.from('HDRACME  20260105\nLIN4711    000000300000925\nLIN0815    000001000012000\nTRL0000020000000013\n'),
    ],
    pieces: ['HDR', 'LIN', 'TRL', ' ', '0', '\n', '\r\n', '\u00c3\u00a9', '\u00ff', '\u0000'],
    read: (bytes: Uint8Array) => readFlat(bytes, orders),
  },
]

test.each(readers)(
  'whatever is done to $name files, the reader does not fail, stall or fill the memory',
  async (reader) => {
    const { files, slowestMs, grown } = await fuzz({ ...reader, seconds: SECONDS, seed: SEED })
    process.stderr.write(
      `${reader.name}: ${files} files, slowest ${slowestMs} ms, memory up by ${Math.round(grown / 1e6)} MB\n`,
    )
    expect(files).toBeGreaterThan(4)
    expect(slowestMs).toBeLessThan(1000)
    expect(grown).toBeLessThan(256_000_000)
  },
)
