/** What one order of a test file says. */
export interface TestMessage {
  readonly number: string
  /** UNH 0062; the place in the file, unless said. */
  readonly reference?: string
  readonly date?: string
  /** The segments of the lines. */
  readonly lines?: readonly string[]
  /** Segments that are left out, by tag. */
  readonly without?: string
  readonly type?: string
  /** UNT as it is written, where it is wrong. */
  readonly trailer?: string
}

/** What the envelope of a test file says; what is absent is as it should be. */
export interface TestUnb {
  readonly reference?: string
  readonly trailerReference?: string
  readonly count?: string
  readonly syntax?: string
  readonly sender?: string
  readonly receiver?: string
  readonly test?: boolean
  readonly asksContrl?: boolean
  readonly una?: string
  readonly noTrailer?: boolean
}

const LINE = ["LIN+1++4711:SA'", "QTY+21:3:PCE'", "PRI+AAA:9.25'"]

/** An interchange of purchase orders, as Big Box Stores sends it to us. */
export function ordersOf(orders: readonly TestMessage[], about: TestUnb = {}): Buffer {
  return unbAround(orders.flatMap(orderMessage), orders.length, { asksContrl: true, ...about })
}

function orderMessage(
  { number, reference, date = '20260105', lines = LINE, without, type = 'ORDERS', trailer }: TestMessage,
  at: number,
): string[] {
  const own = reference ?? String(at + 1)
  const body = [
    `BGM+220+${number}+9'`,
    `DTM+137:${date}:102'`,
    "NAD+BY+BIGBOX::92'",
    "NAD+DP+0042::92'",
    ...lines,
    "UNS+S'",
    `CNT+2:${lines.filter((line) => line.startsWith('LIN')).length}'`,
  ].filter((segment) => without === undefined || !segment.startsWith(without))
  return [`UNH+${own}+${type}:D:96A:UN:EAN008'`, ...body, `UNT+${trailer ?? `${body.length + 2}+${own}`}'`]
}

/** An interchange with a CONTRL of Big Box Stores about an interchange of ours; `inside` are UCM, UCS and UCD. */
export function contrlOf(
  reference: string,
  action: string,
  about: TestUnb = {},
  inside: readonly string[] = [],
): Buffer {
  const body = [`UCI+${reference}+4012345000016:14+4098765000010:14+${action}'`, ...inside]
  const message = ["UNH+1+CONTRL:D:3:UN'", ...body, `UNT+${body.length + 2}+1'`]
  return unbAround(message, 1, { reference: `C${reference}`, ...about })
}

/** An interchange with an APERAK about a number of ours. */
export function aperakOf(about: string, errors: readonly string[] = [], envelope: TestUnb = {}): Buffer {
  const said = errors.length > 0 ? ['313', '27'] : ['312', '29']
  const body = [`BGM+${said[0]}+A-1+${said[1]}'`, "DTM+137:20260105:102'", `RFF+ACW:${about}'`, ...errors]
  const message = ["UNH+1+APERAK:D:96A:UN'", ...body, `UNT+${body.length + 2}+1'`]
  return unbAround(message, 1, { reference: `A${about}`, ...envelope })
}

function unbAround(segments: readonly string[], messages: number, about: TestUnb): Buffer {
  const { reference = 'REF17', syntax = 'UNOC:3', una = '', test = false, asksContrl = false, noTrailer } = about
  const { sender = '4098765000010:14', receiver = '4012345000016:14', trailerReference, count } = about
  const flags = `+++${asksContrl ? '+1' : test ? '+' : ''}${test ? '++1' : ''}`.replace(/\++$/, '')
  const unb = `UNB+${syntax}+${sender}+${receiver}+260105:0930+${reference}${flags}'`
  const unz = noTrailer ? [] : [`UNZ+${count ?? messages}+${trailerReference ?? reference}'`]
  return Buffer.from([una, unb, ...segments, ...unz].join(''), 'latin1')
}
