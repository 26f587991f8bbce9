const ORDERS_PER_INTERCHANGE = 50
const LINES_PER_ORDER = 5

/** One kind of file: how it is made. */
export interface Workload {
  readonly name: string
  readonly sets: (interchange: number) => string[]
  readonly functionalId: string
}

export const WORKLOADS: readonly Workload[] = [
  { name: '850', sets: (n) => numbered((k) => orderBody(n, k)), functionalId: 'PO' },
  { name: '856', sets: (n) => numbered((k) => noticeBody(n, k)), functionalId: 'SH' },
  { name: '810', sets: (n) => numbered((k) => invoiceBody(n, k)), functionalId: 'IN' },
]

/** The text of the n-th interchange of a kind; the same in every run. */
export function fileOf({ sets, functionalId }: Workload, n: number): string {
  return interchange(functionalId, sets(n), n)
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
      `MAN*GM*00${sscc(n * 1000 + k * 10 + line)}`,
      `HL*${line * 2 + 2}*${line * 2 + 1}*I*0`,
      `LIN*${line}*VN*SKU-${(n * 31 + k * 7 + line) % 5000}*CB*BB${line}${k}`,
      `SN1**${((n + k + line) % 90) + 1}*EA`,
    ]),
    `CTT*${LINES_PER_ORDER * 2 + 2}`,
  ]
}

/** The label of a pack, with its check digit. */
function sscc(serial: number): string {
  const digits = `10614141${String(serial).padStart(9, '0')}`
  const sum = Array.from(digits).reduce((all, digit, at) => all + Number(digit) * (at % 2 === 0 ? 3 : 1), 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
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
