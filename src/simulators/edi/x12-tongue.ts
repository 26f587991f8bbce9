import type { ReadAnswers } from '../../edi/x12/answers.ts'
import type { X12Interchange, X12Set } from '../../edi/x12/reading.ts'
import type { WrittenSegment } from '../../edi/x12/write.ts'
import type { Mailbag } from './mailbag.ts'
import { PostOffice, type PostOfficeOptions, type Readers } from './post-office.ts'
import type { Ears, HeardDocument, Kind, Posted, SaidLine, SaidOrder, Tongue } from './tongue.ts'

/** A customer that says 850 and hears 855, 856 and 810. */
export class X12Tongue implements Tongue {
  readonly #office: PostOffice

  constructor(options: PostOfficeOptions, bag: Mailbag, now: () => number) {
    this.#office = new PostOffice(options, bag, now)
  }

  order(orders: readonly SaidOrder[]): Promise<Posted> {
    const sets = orders.map((order) => ({ id: '850', segments: written(order) }))
    return this.#office.post('PO', sets)
  }

  again(posted: Posted): Promise<void> {
    return this.#office.postAgain(posted)
  }

  collect(ears: Ears): Promise<number> {
    return this.#office.collect(readersFor(ears))
  }

  take(bytes: Uint8Array, ears: Ears): Promise<void> {
    return this.#office.take(bytes, readersFor(ears))
  }
}

function readersFor(ears: Ears): Readers {
  return {
    set: (set, interchange) => {
      const heard = heardIn(set, interchange)
      if (heard) ears.document(heard)
    },
    answers: (answers) => hear(answers, ears),
    repeated: (control) => ears.repeated(control),
  }
}

function hear({ groups }: ReadAnswers, ears: Ears): void {
  for (const { controlNumber, sets } of groups) {
    for (const set of sets) ears.answered(Number(controlNumber), set.controlNumber, set.accepted)
  }
}

function written({ number, date, currency, buyer, shipTo, lines }: SaidOrder): WrittenSegment[] {
  return [
    ['BEG', '00', 'SA', number, '', date],
    ['CUR', 'BY', currency],
    ['N1', 'BY', buyer.name, '92', buyer.id],
    ['N1', 'ST', shipTo.name, '92', shipTo.id],
    ['N3', shipTo.street],
    ['N4', shipTo.city, shipTo.region, shipTo.postalCode, shipTo.country],
    ...lines.map(lineSegment),
    ['CTT', String(lines.length)],
  ]
}

/** The price travels per ordering unit: what X12 buyers mean by `PE`. */
function lineSegment({ line, item, quantity, uom, price = '' }: SaidLine): WrittenSegment {
  return ['PO1', line, quantity, uom, price, price === '' ? '' : 'PE', 'VN', item]
}

/** What makes a document one document, and the order it is about. */
const NAMES: Readonly<Record<Kind, (set: X12Set) => Pick<HeardDocument, 'customerOrder' | 'key' | 'shipment'>>> = {
  '855': (set) => {
    const order = find(set, 'BAK', 3)
    return { customerOrder: order, key: order, shipment: '' }
  },
  '856': (set) => {
    const shipment = find(set, 'BSN', 2)
    return { customerOrder: find(set, 'PRF', 1), key: shipment, shipment }
  },
  '810': (set) => ({ customerOrder: find(set, 'BIG', 4), key: find(set, 'BIG', 2), shipment: '' }),
}

function heardIn(set: X12Set, { controlNumber: control }: X12Interchange): HeardDocument | undefined {
  if (!(set.id in NAMES)) return undefined
  const kind = set.id as Kind
  return { kind, control, set: set.controlNumber, ...NAMES[kind](set) }
}

/** An element of the first segment of this name. */
function find({ segments }: X12Set, tag: string, element: number): string {
  for (let at = 0; at < segments.length; at += 1) {
    if (segments.tag(at) === tag) return segments.at(at, element)
  }
  return ''
}
