import type { Input } from './contract.ts'
import { type Blame, reasonOf } from './room-failed.ts'
import type { Work } from './work.ts'

/** Why a subject is parked. */
export interface Why {
  readonly room: string
  readonly reason: string
  readonly blamed: string
}

/** What is parked of a piece of work when it is turned again: its inputs by their place. */
interface Sentence {
  readonly inputs: Map<number, Why>
  /** Nobody is told: whoever listens may be what fails. */
  quietly: boolean
}

/** So many subjects fail at one bystander before it is the bystander that is parked. */
const MOST_ROOTS = 3
/** Bystanders remembered. */
const MOST_BLAMED = 1_000

/** What made a turn fail that was given up, until the turn that parks it is committed. */
export class Condemned {
  /** Subjects that several others failed at: they stand still from their next input on. */
  readonly subjects = new Map<string, Why>()
  readonly #works = new Map<Work, Sentence>()
  readonly #blamed = new Map<string, Set<string>>()

  get size(): number {
    return this.#works.size
  }

  of(work: Work): Sentence | undefined {
    return this.#works.get(work)
  }

  /** It is committed, or nothing more can be done for it. */
  release(work: Work): void {
    this.#works.delete(work)
  }

  /**
   * Decides what is parked so that the rest can go on. Answers false when the work fails although all of it is parked,
   * and nobody was told.
   */
  judge(failed: { readonly work: Work; readonly inputs: readonly Input[] }, blame: Blame, error: unknown): boolean {
    const { room, root, subject } = blame
    const why = { room, reason: reasonOf(error), blamed: subject }
    if (subject !== root && this.#isCommon(subject, root)) {
      this.subjects.set(subject, why)
      return true
    }
    const places = failed.inputs.flatMap((input, at) => (input.subject === root ? [at] : []))
    return this.#sentence(failed.work, places.length > 0 ? places : [...failed.inputs.keys()], why)
  }

  /** The database refused a piece of work that was turned alone: all of it is parked. */
  judgeWhole(failed: { readonly work: Work; readonly inputs: readonly Input[] }, error: unknown): boolean {
    const subject = failed.inputs[0]?.subject ?? ''
    const why = { room: 'journal', reason: reasonOf(error), blamed: subject }
    return this.#sentence(failed.work, [...failed.inputs.keys()], why)
  }

  #sentence(work: Work, places: readonly number[], why: Why): boolean {
    const sentence = this.#works.get(work) ?? { inputs: new Map<number, Why>(), quietly: false }
    this.#works.set(work, sentence)
    const isNew = places.some((at) => !sentence.inputs.has(at))
    for (const at of places) if (!sentence.inputs.has(at)) sentence.inputs.set(at, why)
    if (isNew) return true
    const wasQuiet = sentence.quietly
    sentence.quietly = true
    return !wasQuiet
  }

  #isCommon(subject: string, root: string): boolean {
    if (this.subjects.has(subject)) return false // it is parked, and somebody fails there all the same
    const roots = this.#blamed.get(subject) ?? new Set<string>()
    if (this.#blamed.size >= MOST_BLAMED) this.#blamed.clear()
    this.#blamed.set(subject, roots.add(root))
    if (roots.size < MOST_ROOTS) return false
    this.#blamed.delete(subject)
    return true
  }
}
