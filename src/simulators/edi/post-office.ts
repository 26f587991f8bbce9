import { answerTo, writeAnswer } from '../../edi/x12/acknowledge.ts'
import { type ReadAnswers, readAnswers } from '../../edi/x12/answers.ts'
import { judge } from '../../edi/x12/judge.ts'
import { readX12 } from '../../edi/x12/read.ts'
import type { X12Interchange, X12Set } from '../../edi/x12/reading.ts'
import { type Separators, type WrittenSegment, writeInterchange } from '../../edi/x12/write.ts'
import type { Mailbag } from './mailbag.ts'
import type { Address, Posted } from './tongue.ts'

/** Who writes to whom, and how. */
export interface PostOfficeOptions {
  readonly ours: Address
  readonly theirs: Address
  /** GS08, default `004010`. */
  readonly version?: string
  readonly separators?: Partial<Separators>
  readonly usage?: 'T' | 'P'
}

/** A set that goes out. */
export interface OutgoingSet {
  readonly id: string
  readonly segments: readonly WrittenSegment[]
}

/** What a post office hands to its house. */
export interface Readers {
  /** A set that is no acknowledgement. */
  set(set: X12Set, interchange: X12Interchange): void
  /** Acknowledgements of what we sent. */
  answers(answers: ReadAnswers): void
  /** The same interchange again, byte for byte. */
  repeated(control: string): void
}

/** X12 as its writers number it: interchange, group and set each count on. */
export class PostOffice {
  readonly #options: PostOfficeOptions
  readonly #bag: Mailbag
  readonly #now: () => number
  readonly #seen = new Map<string, string>()
  #control = 0

  constructor(options: PostOfficeOptions, bag: Mailbag, now: () => number) {
    this.#options = options
    this.#bag = bag
    this.#now = now
  }

  /** Drops one interchange with one group of these sets. */
  async post(functionalId: string, sets: readonly OutgoingSet[]): Promise<Posted> {
    this.#control += 1
    const control = this.#control
    const { date, time } = this.#stamp()
    const { ours, theirs, version = '004010', separators = {}, usage = 'P' } = this.#options
    const written = sets.map((set, at) => ({ ...set, controlNumber: String(at + 1).padStart(4, '0') }))
    const text = writeInterchange(
      {
        senderQualifier: ours.qualifier,
        sender: ours.id,
        receiverQualifier: theirs.qualifier,
        receiver: theirs.id,
        date,
        time,
        version: version.startsWith('005') ? '00501' : '00401',
        controlNumber: control,
        usage,
        groups: [
          {
            functionalId,
            sender: ours.id,
            receiver: theirs.id,
            date,
            time,
            controlNumber: control,
            version,
            sets: written,
          },
        ],
      },
      { separators },
    )
    const fileName = `${functionalId}-${String(control).padStart(9, '0')}.edi`
    const content = new TextEncoder().encode(text)
    await this.#bag.drop(fileName, content)
    return { control, sets: written.map((set) => set.controlNumber), fileName, content }
  }

  /** Drops the same bytes once more, under another name: what an impatient sender does. */
  async postAgain(posted: Posted): Promise<void> {
    await this.#bag.drop(`again-${posted.fileName}`, posted.content)
  }

  /** Reads every file that waits, hands on what is in it, answers with a 997, and puts the file aside. */
  async collect(readers: Readers): Promise<number> {
    const names = await this.#bag.waiting()
    for (const name of names) {
      await this.take(await this.#bag.read(name), readers)
      await this.#bag.done(name)
    }
    return names.length
  }

  /** Takes the content of one file. */
  async take(bytes: Uint8Array, readers: Readers): Promise<void> {
    for (const interchange of readX12(bytes).interchanges) await this.#takeInterchange(interchange, bytes, readers)
  }

  async #takeInterchange(interchange: X12Interchange, bytes: Uint8Array, readers: Readers): Promise<void> {
    const judgement = judge(interchange)
    const digest = new TextDecoder('latin1').decode(bytes.subarray(interchange.start, interchange.end))
    if (this.#seen.get(interchange.controlNumber) === digest) readers.repeated(interchange.controlNumber)
    else {
      this.#seen.set(interchange.controlNumber, digest)
      for (const { set, accepted } of judgement.groups.flatMap((group) => group.sets)) {
        if (accepted && set.id !== '997' && set.id !== '999') readers.set(set, interchange)
      }
      const answers = readAnswers(interchange)
      if (answers.groups.length + answers.interchanges.length > 0) readers.answers(answers)
    }
    const { date, time } = this.#stamp()
    const control = this.#control + 1
    const answer = answerTo(judgement, {
      date,
      time,
      interchangeNumber: control,
      groupNumber: control,
      firstSetNumber: 1,
    })
    if (!answer) return
    this.#control = control // a number is used only when something goes out under it: no gaps for the other side
    const content = new TextEncoder().encode(writeAnswer(answer, this.#options.separators))
    await this.#bag.drop(`FA-${String(control).padStart(9, '0')}.edi`, content)
  }

  #stamp(): { readonly date: string; readonly time: string } {
    const now = new Date(this.#now()).toISOString()
    return { date: now.slice(0, 10).replaceAll('-', ''), time: now.slice(11, 16).replace(':', '') }
  }
}
