/** What a customer says and hears in files, whatever they are written in. */

/** How a trading partner addresses its interchanges. */
export interface Address {
  readonly qualifier: string
  readonly id: string
}

/** A purchase order as a customer says it. */
export interface SaidOrder {
  readonly number: string
  /** CCYYMMDD. */
  readonly date: string
  readonly currency: string
  readonly buyer: { readonly id: string; readonly name: string }
  readonly shipTo: {
    readonly id: string
    readonly name: string
    readonly street: string
    readonly city: string
    readonly region: string
    readonly postalCode: string
    readonly country: string
  }
  readonly lines: readonly SaidLine[]
}

/** The price is for the unit that is ordered; absent: the customer says none. */
export interface SaidLine {
  readonly line: string
  readonly item: string
  readonly quantity: string
  readonly uom: string
  readonly price?: string
}

/** Where orders that went out can be found again when their acknowledgement comes. */
export interface Posted {
  readonly control: number
  /** The numbers of the sets or messages, one for each order. */
  readonly sets: readonly string[]
  readonly fileName: string
  readonly content: Uint8Array
}

/** What documents of ours are, by the X12 sets they correspond to. */
export type Kind = '855' | '856' | '810'

/** A document that came, and what makes it one. */
export interface HeardDocument {
  readonly kind: Kind
  /** The numbers of its interchange and its own. */
  readonly control: string
  readonly set: string
  readonly customerOrder: string
  readonly key: string
  readonly shipment: string
}

/** Who listens. */
export interface Ears {
  document(heard: HeardDocument): void
  /** What became of an order that was said. */
  answered(control: number, set: string, accepted: boolean): void
  /** The same interchange again, byte for byte. */
  repeated(control: string): void
}

/** A language, with a mailbag. */
export interface Tongue {
  /** Drops one interchange of these orders. */
  order(orders: readonly SaidOrder[]): Promise<Posted>
  /** Drops the same bytes once more, under another name: what an impatient sender does. */
  again(posted: Posted): Promise<void>
  /** Reads every file that waits, acknowledges it, and puts it aside. Answers how many there were. */
  collect(ears: Ears): Promise<number>
  /** Takes the content of one file. */
  take(bytes: Uint8Array, ears: Ears): Promise<void>
}
