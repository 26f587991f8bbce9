/**
 * Which handler runs now, in memory that another thread can read while this one is stuck in it. Subjects are written
 * once a turn, when they first come up; a step costs three stores. In a loop of its own, three names and sixty steps took
 * 2.2 µs of CPU; an order takes about 1,300. How many of each an order has was not counted.
 */

const STEP = 0
const SEAT = 1
const ROOT = 2
/** Bytes before the names: the numbers above. */
const HEAD = 32
/** Two places that are written over at each step once the rest is full. */
const SCRATCH = 1024
const FIRST = HEAD + 2 * SCRATCH
const LONGEST = SCRATCH - 2
const SIZE = 1 << 20

/** What was running when somebody looked. */
export interface RunningStep {
  readonly step: number
  /** The subject whose rooms are asked. */
  readonly subject: string
  /** The subject of the input that led there. */
  readonly root: string
}

/** The writing side: owned by the thread that turns. */
export class StepBoard {
  readonly memory = new SharedArrayBuffer(SIZE)
  readonly #numbers = new Int32Array(this.memory, 0, HEAD / 4)
  readonly #bytes = Buffer.from(this.memory)
  #free = FIRST
  #steps = 0

  /** A turn begins: the names of the one before are forgotten. */
  open(): void {
    this.#free = FIRST
  }

  /** Writes a name and answers its place; 0 when there is no room for it. */
  name(text: string): number {
    if (this.#free + SCRATCH > SIZE) return 0
    const place = this.#free
    const end = this.#write(text, place)
    this.#free = end
    return place
  }

  #write(text: string, place: number): number {
    const length = this.#bytes.write(text, place + 2, LONGEST)
    this.#bytes[place] = length & 0xff
    this.#bytes[place + 1] = length >> 8
    return place + 2 + length
  }

  /** A handler is about to run. `seat` and `root` are places of names; where one is 0 the text is written now. */
  step(seat: number, root: number, subject: string, rootSubject: string): void {
    const numbers = this.#numbers
    if (seat === 0) this.#write(subject, HEAD)
    if (root === 0) this.#write(rootSubject, HEAD + SCRATCH)
    numbers[SEAT] = seat === 0 ? HEAD : seat
    numbers[ROOT] = root === 0 ? HEAD + SCRATCH : root
    this.#steps = (this.#steps + 1) & 0x7fffffff || 1
    Atomics.store(numbers, STEP, this.#steps)
  }

  /** No handler runs. */
  rest(): void {
    Atomics.store(this.#numbers, STEP, 0)
  }
}

/** The reading side, for another thread. */
export class BoardReader {
  readonly #numbers: Int32Array
  readonly #bytes: Buffer

  constructor(memory: SharedArrayBuffer) {
    this.#numbers = new Int32Array(memory, 0, HEAD / 4)
    this.#bytes = Buffer.from(memory)
  }

  /** Number of the step that runs; 0 for none. */
  get step(): number {
    return Atomics.load(this.#numbers, STEP)
  }

  /** The step that runs, with its names; undefined when it ended while it was read. */
  read(): RunningStep | undefined {
    const step = this.step
    if (step === 0) return undefined
    const [subject, root] = [SEAT, ROOT].map((at) => this.#text(this.#numbers[at] ?? 0))
    return this.step === step ? { step, subject: subject ?? '', root: root ?? '' } : undefined
  }

  #text(place: number): string {
    if (place < HEAD || place + 2 > SIZE) return ''
    const length = (this.#bytes[place] ?? 0) | ((this.#bytes[place + 1] ?? 0) << 8)
    return this.#bytes.toString('utf8', place + 2, place + 2 + length)
  }
}
