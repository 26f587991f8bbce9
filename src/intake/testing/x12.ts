/** What one order in a test file says. */
export interface TestOrder {
  readonly number: string
  /** ST02. */
  readonly set?: string
  readonly lines?: readonly string[]
  readonly date?: string
}

/** What the envelope of a test file says; what is absent is as it should be. */
export interface TestEnvelope {
  readonly control?: string
  readonly trailerControl?: string
  readonly group?: string
  readonly usage?: string
  readonly sender?: string
  readonly receiver?: string
  readonly noTrailer?: boolean
}

const padded = (text: string, width: number) => text.padEnd(width, ' ')

/** An interchange of purchase orders, as Big Box Stores sends it to us. */
export function interchangeOf(orders: readonly TestOrder[], about: TestEnvelope = {}): Buffer {
  return around('PO', orders.flatMap(orderSet), orders.length, about)
}

function orderSet({
  number,
  set = '0001',
  date = '20260105',
  lines = ['PO1*1*3*EA*9.25**VN*4711'],
}: TestOrder): string[] {
  const body = [
    `BEG*00*SA*${number}**${date}`,
    'N1*BY*Big Box*92*BIGBOX',
    'N1*ST*Store 42*92*0042',
    ...lines,
    `CTT*${lines.length}`,
  ]
  return [`ST*850*${set}`, ...body, `SE*${body.length + 2}*${set}`]
}

/** An interchange with a 997 of Big Box Stores about a group of ours. */
export function acknowledgementOf(group: string, verdict: string, about: TestEnvelope = {}): Buffer {
  const sets = verdict === 'R' ? ['AK2*855*0001', 'AK5*R*5'] : ['AK2*855*0001', 'AK5*A']
  const body = [`AK1*PR*${group}`, ...sets, `AK9*${verdict}*1*1*${verdict === 'R' ? 0 : 1}`]
  return around('FA', ['ST*997*0001', ...body, `SE*${body.length + 2}*0001`], 1, about)
}

function around(functionalId: string, segments: readonly string[], sets: number, about: TestEnvelope): Buffer {
  const { control = '000000017', group = '17', usage = 'P', sender = '5555550142', receiver = 'ACMESUPPLY' } = about
  const isa = [
    'ISA*00*          *00*          ',
    `12*${padded(sender, 15)}*ZZ*${padded(receiver, 15)}`,
    `260105*0930*U*00401*${control}*0*${usage}*>`,
  ].join('*')
  const gs = `GS*${functionalId}*${sender}*${receiver}*20260105*0930*${group}*X*004010`
  const iea = about.noTrailer ? [] : [`IEA*1*${about.trailerControl ?? control}`]
  return Buffer.from([isa, gs, ...segments, `GE*${sets}*${group}`, ...iea].map((segment) => `${segment}~`).join('\n'))
}

/** An interchange with nothing but a TA1 of Big Box Stores about an interchange of ours. */
export function tradingAckOf(control: string, verdict: string, note: string, about: TestEnvelope = {}): Buffer {
  const file = around('FA', [], 0, { control: '000000018', ...about })
    .toString()
    .split('\n')
  const [isa] = file as [string]
  const own = about.control ?? '000000018'
  return Buffer.from([isa, `TA1*${control}*260105*0930*${verdict}*${note}~`, `IEA*0*${own}~`].join('\n'))
}
