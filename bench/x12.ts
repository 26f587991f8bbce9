import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { documentOfSet } from '../src/documents/catalogue.ts'
import { readX12 } from '../src/edi/x12/read.ts'

const ROUNDS = 5
const ORDERS_PER_INTERCHANGE = 50
const LINES_PER_ORDER = 5

/** One kind of file: how it is made, and how many interchanges of it a round reads. */
interface Workload {
  readonly name: string
  readonly interchanges: number
  readonly sets: (interchange: number) => string[]
  readonly functionalId: string
}

const WORKLOADS: readonly Workload[] = [
  { name: '850', interchanges: 300, sets: (n) => numbered((k) => orderBody(n, k)), functionalId: 'PO' },
  { name: '856', interchanges: 40, sets: (n) => numbered((k) => noticeBody(n, k)), functionalId: 'SH' },
  { name: '810', interchanges: 40, sets: (n) => numbered((k) => invoiceBody(n, k)), functionalId: 'IN' },
]

/** What one kind of file gave, in bytes of X12 per second, and against JSON.parse of the same documents. */
export interface X12Figures {
  readonly name: string
  readonly megabytes: number
  readonly sets: number
  readonly mbPerSecond: { readonly crossdock: number; readonly jsonParse: number; readonly nodeX12: number | null }
  readonly toJsonParse: number
  readonly toNodeX12: number | null
}

/** The result of the bench; `peers` says what could not be measured. */
export interface X12Result {
  readonly name: 'x12'
  /** Of the 850s, the figure that has a floor: 0.6 of JSON.parse and twice node-x12. */
  readonly ratios: { readonly toJsonParse: number; readonly toNodeX12: number | null }
  readonly mbPerSecond: number
  readonly rounds: number
  readonly figures: readonly X12Figures[]
  readonly peers: { readonly nodeX12: 'measured' | 'absent' }
}

/**
 * Reads generated files from bytes to validated documents, in turn with JSON.parse of the same documents and, where it is
 * installed in `bench/peers`, node-x12 (which maps nothing). Every figure is the median of its rounds.
 */
export async function run(): Promise<X12Result> {
  const peer = loadNodeX12()
  const figures = WORKLOADS.map((workload) => measure(workload, peer))
  const orders = figures[0] as X12Figures
  return {
    name: 'x12',
    ratios: { toJsonParse: orders.toJsonParse, toNodeX12: orders.toNodeX12 },
    mbPerSecond: orders.mbPerSecond.crossdock,
    rounds: ROUNDS,
    figures,
    peers: { nodeX12: peer ? 'measured' : 'absent' },
  }
}

function measure({ name, interchanges, sets, functionalId }: Workload, peer: ((text: string) => unknown) | undefined) {
  const texts = Array.from({ length: interchanges }, (_, n) => interchange(functionalId, sets(n), n))
  const files = texts.map((text) => Buffer.from(text))
  const documents = files.map(readDocuments)
  const jsons = documents.map((some) => JSON.stringify(some))
  const spent = { crossdock: [] as number[], json: [] as number[], peer: [] as number[] }
  // the first round warms up and is thrown away
  for (let round = 0; round <= ROUNDS; round += 1) {
    spent.crossdock.push(milliseconds(() => each(files, readDocuments)))
    spent.json.push(milliseconds(() => each(jsons, JSON.parse)))
    if (peer) spent.peer.push(milliseconds(() => each(texts, peer)))
  }
  const bytes = files.reduce((sum, file) => sum + file.length, 0)
  const speed = (times: readonly number[]) => round(bytes / 1_000 / median(times.slice(1)))
  const crossdock = median(spent.crossdock.slice(1))
  return {
    name,
    megabytes: round(bytes / 1_000_000),
    sets: interchanges * ORDERS_PER_INTERCHANGE,
    mbPerSecond: {
      crossdock: speed(spent.crossdock),
      jsonParse: speed(spent.json),
      nodeX12: peer ? speed(spent.peer) : null,
    },
    toJsonParse: round(median(spent.json.slice(1)) / crossdock),
    toNodeX12: peer ? round(median(spent.peer.slice(1)) / crossdock) : null,
  }
}

/** Bytes to documents; a fault means that the bench itself is wrong. */
function readDocuments(bytes: Uint8Array): unknown[] {
  const found: unknown[] = []
  for (const { groups } of readX12(bytes).interchanges) {
    for (const { sets } of groups) {
      for (const set of sets) {
        const reading = documentOfSet(set.id)?.readX12(set)
        if (!reading?.document || set.faults.length > 0) {
          throw new Error(`the generated ${set.id} is wrong: ${JSON.stringify(reading?.faults ?? set.faults)}`)
        }
        found.push(reading.document)
      }
    }
  }
  return found
}

function loadNodeX12(): ((text: string) => unknown) | undefined {
  const folder = join(import.meta.dirname, 'peers')
  if (!existsSync(join(folder, 'node_modules/node-x12'))) return undefined
  const { X12Parser } = createRequire(join(folder, 'package.json'))('node-x12') as {
    X12Parser: new (strict: boolean) => { parse(text: string): unknown }
  }
  return (text) => new X12Parser(false).parse(text)
}

function each<T>(inputs: readonly T[], work: (input: T) => unknown): void {
  for (const input of inputs) work(input)
}

function milliseconds(work: () => void): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function numbered(body: (place: number) => string[]): string[] {
  return Array.from({ length: ORDERS_PER_INTERCHANGE }, (_, place) => {
    const rows = body(place)
    const number = String(place + 1).padStart(4, '0')
    return [
      ...rows.slice(0, 1).map((first) => `ST*${first}*${number}`),
      ...rows.slice(1),
      `SE*${rows.length + 1}*${number}`,
    ].join('~')
  })
}

function interchange(functionalId: string, sets: readonly string[], n: number): string {
  const number = String(n + 1)
  const long = number.padStart(9, '0')
  const who = `ZZ*${'BIGBOX'.padEnd(15)}*ZZ*${'ACMESUPPLY'.padEnd(15)}`
  const header = `ISA*00*${' '.repeat(10)}*00*${' '.repeat(10)}*${who}*260102*0304*U*00401*${long}*0*P*>`
  const group = `GS*${functionalId}*BIGBOX*ACMESUPPLY*20260102*0304*${number}*X*004010`
  return `${[header, group, ...sets, `GE*${sets.length}*${number}`, `IEA*1*${long}`].join('~')}~`
}

function lines<T>(make: (line: number) => T[]): T[] {
  return Array.from({ length: LINES_PER_ORDER }, (_, line) => make(line + 1)).flat()
}

function orderBody(n: number, k: number): string[] {
  const total = lines((line) => [((n * 7 + k * 3 + line) % 90) + 1]).reduce(
    (sum, quantity, at) => sum + quantity * (at + 10),
    0,
  )
  return [
    '850',
    `BEG*00*SA*PO${n}-${k}**20260102`,
    `REF*DP*0${k % 10}8`,
    'DTM*010*20260107',
    'DTM*002*20260112',
    `N1*BY*Big Box Stores*92*${1000 + (n % 40)}`,
    `N1*ST*Big Box Store ${n % 90}*92*${2000 + k}`,
    `N3*${k} Main Street`,
    'N4*Springfield*IL*62701*US',
    ...lines((line) => [
      `PO1*${line}*${((n * 7 + k * 3 + line) % 90) + 1}*EA*${line + 9}.00*PE*VN*SKU-${(n * 31 + k * 7 + line) % 5000}*CB*BB${line}${k}`,
      `PID*F****Bolt M${line} x ${k}, zinc plated`,
    ]),
    `CTT*${LINES_PER_ORDER}`,
    `AMT*TT*${total}.00`,
  ]
}

function noticeBody(n: number, k: number): string[] {
  return [
    '856',
    `BSN*00*SH${n}-${k}*20260107*1530*0001`,
    'HL*1**S*1',
    'TD1*CTN25*5****G*24.5*LB',
    'TD5**2*UPSN*M*UPS GROUND',
    `REF*BM*BOL${n}${k}`,
    'DTM*011*20260107',
    'DTM*017*20260109',
    'N1*SF*Acme East*91*EAST',
    `N1*ST*Big Box Store ${n % 90}*92*${2000 + k}`,
    'HL*2*1*O*1',
    `PRF*PO${n}-${k}***20260102`,
    ...lines((line) => [
      `HL*${line * 2 + 1}*2*P*1`,
      'MAN*GM*00106141411234567897',
      `HL*${line * 2 + 2}*${line * 2 + 1}*I*0`,
      `LIN*${line}*VN*SKU-${(n * 31 + k * 7 + line) % 5000}*CB*BB${line}${k}`,
      `SN1**${((n + k + line) % 90) + 1}*EA`,
    ]),
    `CTT*${LINES_PER_ORDER * 2 + 2}`,
  ]
}

function invoiceBody(n: number, k: number): string[] {
  const total = lines((line) => [(((n + k + line) % 90) + 1) * (line + 9)]).reduce((sum, amount) => sum + amount, 0)
  return [
    '810',
    `BIG*20260108*INV${n}-${k}*20260102*PO${n}-${k}***DI`,
    'N1*BT*Big Box Finance*92*9000',
    `N1*ST*Big Box Store ${n % 90}*92*${2000 + k}`,
    'ITD*01*3***10**30',
    'DTM*011*20260107',
    ...lines((line) => [
      `IT1*${line}*${((n + k + line) % 90) + 1}*EA*${line + 9}.00*PE*VN*SKU-${(n * 31 + k * 7 + line) % 5000}*CB*BB${line}${k}`,
      `PID*F****Bolt M${line} x ${k}, zinc plated`,
    ]),
    `TDS*${total * 100 + 1_250}`,
    'SAC*C*D240***1250',
    `CTT*${LINES_PER_ORDER}`,
  ]
}
