import { type ReadContrl, readContrl } from '../../edi/edifact/answers.ts'
import { contrlFor, writeContrl } from '../../edi/edifact/contrl.ts'
import { judgeEdifact } from '../../edi/edifact/judge.ts'
import { readEdifact } from '../../edi/edifact/read.ts'
import type { EdifactInterchange, EdifactMessage } from '../../edi/edifact/reading.ts'
import { edifactBytes, type WrittenSegment, writeEdifact } from '../../edi/edifact/write.ts'
import type { Mailbag } from './mailbag.ts'
import type { Address, Ears, HeardDocument, Kind, Posted, SaidLine, SaidOrder, Tongue } from './tongue.ts'

/** Who writes EDIFACT to whom. */
export interface EdifactTongueOptions {
  readonly standard: 'edifact'
  readonly ours: Address
  readonly theirs: Address
  readonly usage?: 'T' | 'P'
}

/** A customer that says ORDERS, hears ORDRSP, DESADV and INVOIC, and asks for and gives a CONTRL for each. */
export class EdifactTongue implements Tongue {
  readonly #options: EdifactTongueOptions
  readonly #bag: Mailbag
  readonly #now: () => number
  readonly #seen = new Map<string, string>()
  readonly #posted = new Map<string, Posted>()
  #control = 0

  constructor(options: EdifactTongueOptions, bag: Mailbag, now: () => number) {
    this.#options = options
    this.#bag = bag
    this.#now = now
  }

  async order(orders: readonly SaidOrder[]): Promise<Posted> {
    this.#control += 1
    const control = this.#control
    const { ours, theirs, usage = 'P' } = this.#options
    const messages = orders.map((order, at) => ({
      reference: String(at + 1),
      type: 'ORDERS',
      release: '96A',
      association: 'EAN008',
      segments: written(order),
    }))
    const text = writeEdifact({
      sender: ours,
      receiver: theirs,
      ...this.#stamp(),
      reference: String(control),
      ackRequested: true,
      test: usage === 'T',
      messages,
    })
    const content = edifactBytes(text)
    const fileName = `ORDERS-${String(control).padStart(9, '0')}.edi`
    const posted = { control, sets: messages.map(({ reference }) => reference), fileName, content }
    this.#posted.set(String(control), posted)
    await this.#bag.drop(fileName, content)
    return posted
  }

  async again(posted: Posted): Promise<void> {
    await this.#bag.drop(`again-${posted.fileName}`, posted.content)
  }

  async collect(ears: Ears): Promise<number> {
    const names = await this.#bag.waiting()
    for (const name of names) {
      await this.take(await this.#bag.read(name), ears)
      await this.#bag.done(name)
    }
    return names.length
  }

  async take(bytes: Uint8Array, ears: Ears): Promise<void> {
    for (const interchange of readEdifact(bytes).interchanges) await this.#takeInterchange(interchange, bytes, ears)
  }

  async #takeInterchange(interchange: EdifactInterchange, bytes: Uint8Array, ears: Ears): Promise<void> {
    const judgement = judgeEdifact(interchange)
    const { reference } = interchange
    const content = Buffer.from(bytes.subarray(interchange.start, interchange.end)).toString('latin1')
    if (this.#seen.get(reference) === content) ears.repeated(reference)
    else {
      this.#seen.set(reference, content)
      for (const { message, accepted } of judgement.messages) if (accepted) this.#hear(message, reference, ears)
    }
    const next = this.#control + 1
    const numbers = { reference: String(next), messageReference: '1' }
    const answer = contrlFor(judgement, { ...this.#stamp(), ...numbers })
    if (!answer) return
    this.#control = next
    await this.#bag.drop(
      `CONTRL-${String(next).padStart(9, '0')}.edi`,
      edifactBytes(writeContrl(answer), answer.syntax),
    )
  }

  #hear(message: EdifactMessage, reference: string, ears: Ears): void {
    const contrl = readContrl(message)
    if (contrl) this.#hearAnswer(contrl, ears)
    const heard = heardIn(message, reference)
    if (heard) ears.document(heard)
  }

  /** What a CONTRL does not list shares the fate of its interchange. */
  #hearAnswer({ reference, action, messages }: ReadContrl, ears: Ears): void {
    const posted = this.#posted.get(reference)
    for (const set of posted?.sets ?? []) {
      const listed = messages.find((one) => one.reference === set)
      ears.answered(posted?.control ?? 0, set, (listed?.action ?? action) !== '4')
    }
  }

  #stamp(): { readonly date: string; readonly time: string } {
    const now = new Date(this.#now()).toISOString()
    return { date: now.slice(0, 10).replaceAll('-', ''), time: now.slice(11, 16).replace(':', '') }
  }
}

function written({ number, date, currency, buyer, shipTo, lines }: SaidOrder): WrittenSegment[] {
  const { id, name, street, city, region, postalCode, country } = shipTo
  return [
    ['BGM', '220', number, '9'],
    ['DTM', ['137', date, '102']],
    ['NAD', 'BY', [buyer.id, '', '92'], '', buyer.name],
    ['NAD', 'DP', [id, '', '92'], '', name, street, city, region, postalCode, country],
    ['CUX', ['2', currency, '9']],
    ...lines.flatMap(lineSegments),
    ['UNS', 'S'],
    ['CNT', ['2', String(lines.length)]],
  ]
}

/** Recommendation 20 calls pieces, cases and pounds by its own codes. */
const UNITS: Readonly<Record<string, string>> = { EA: 'PCE', CS: 'CS', LB: 'LBR' }

function lineSegments({ line, item, quantity, uom, price }: SaidLine): WrittenSegment[] {
  return [
    ['LIN', line, '', [item, 'SA']],
    ['QTY', ['21', quantity, UNITS[uom] ?? uom]],
    ...(price === undefined ? [] : [['PRI', ['AAA', price]] as WrittenSegment]),
  ]
}

const KINDS: Readonly<Record<string, Kind>> = { ORDRSP: '855', DESADV: '856', INVOIC: '810' }

function heardIn(message: EdifactMessage, control: string): HeardDocument | undefined {
  const kind = KINDS[message.type]
  if (kind === undefined) return undefined
  const customerOrder = referenced(message, 'ON')
  const number = find(message, 'BGM', 2)
  const key = kind === '855' ? customerOrder : number
  const shipment = kind === '856' ? number : ''
  return { kind, control, set: message.reference, customerOrder, key, shipment }
}

/** The number of the first RFF with this qualifier. */
function referenced({ segments }: EdifactMessage, qualifier: string): string {
  for (let at = 0; at < segments.length; at += 1) {
    if (segments.tag(at) === 'RFF' && segments.component(at, 1, 1) === qualifier) return segments.component(at, 1, 2)
  }
  return ''
}

function find({ segments }: EdifactMessage, tag: string, element: number): string {
  for (let at = 0; at < segments.length; at += 1) {
    if (segments.tag(at) === tag) return segments.component(at, element, 1)
  }
  return ''
}
