/** What is in the sample files of a partner: whose each set is, and what it means. */
import type { PartnerDefinition } from '../../config/define-hub.ts'
import type { Told } from '../../documents/agreement/index.ts'
import { documentOfSet } from '../../documents/catalogue.ts'
import type { DocumentFault } from '../../documents/faults.ts'
import { type ReadAnswers, readAnswers } from '../../edi/x12/answers.ts'
import { readX12 } from '../../edi/x12/read.ts'
import type { X12Fault, X12Group, X12Interchange, X12Set } from '../../edi/x12/reading.ts'

/** A file of a partner's, or one that it gave as an example of what it wants. */
export interface Sample {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Acknowledgements say nothing about who trades what. */
export const ACKNOWLEDGEMENTS: ReadonlySet<string> = new Set(['997', '999', 'TA1', '824'])

/** An interchange, and the file it stood in. */
export interface SampleInterchange {
  readonly sample: string
  readonly interchange: X12Interchange
  /** The partner is its sender. */
  readonly isTheirs: boolean
  /** We are its sender. */
  readonly isOurs: boolean
}

/** A set of trade: its document, or what is wrong with it. */
export interface SampleSet extends SampleInterchange {
  readonly group: X12Group
  readonly set: X12Set
  /** The name of its document type; undefined when there is none. */
  readonly type: string | undefined
  readonly document?: unknown
  readonly faults: readonly DocumentFault[]
}

/** Everything the gate looks at. */
export interface Samples {
  readonly files: readonly { readonly sample: string; readonly faults: readonly X12Fault[] }[]
  readonly interchanges: readonly SampleInterchange[]
  /** Sets of trade, both ways. */
  readonly sets: readonly SampleSet[]
  /** What the partner says about documents of ours. */
  readonly answers: readonly { readonly sample: string; readonly answers: ReadAnswers }[]
}

/** Reads the sample files as the profile says. Only what is between the two of us counts as the partner's or ours. */
export function readSamples(samples: readonly Sample[], { speaks }: PartnerDefinition): Samples {
  const files = samples.map(({ name, bytes }) => ({ sample: name, ...readX12(bytes) }))
  const interchanges = files.flatMap(({ sample, interchanges: inFile }) =>
    inFile.map((interchange) => ({
      sample,
      interchange,
      isTheirs: senderOf(interchange) === speaks.theirs,
      isOurs: senderOf(interchange) === speaks.ours,
    })),
  )
  const between = interchanges.filter(({ isTheirs, isOurs }) => isTheirs || isOurs)
  const sets = between.flatMap((one) =>
    one.interchange.groups.flatMap((group) =>
      group.sets.filter(({ id }) => !ACKNOWLEDGEMENTS.has(id)).map((set) => ({ ...one, group, ...understood(set) })),
    ),
  )
  const theirs = between.filter(({ isTheirs }) => isTheirs)
  const answers = theirs.map(({ sample, interchange }) => ({ sample, answers: readAnswers(interchange) }))
  return { files, interchanges, sets, answers }

  function understood(set: X12Set): Pick<SampleSet, 'set' | 'type' | 'document' | 'faults'> {
    const type = documentOfSet(set.id)
    if (!type) return { set, type: undefined, faults: [] }
    const { document, faults = [], warnings = [] } = type.readX12(set, speaks.syntax)
    return { set, type: type.name, document, faults: [...faults, ...warnings] }
  }
}

/** The documents of one side or both, ready to be compared. */
export function documentsOf(sets: readonly SampleSet[]): Told[] {
  return sets.flatMap(({ sample, set, type, document }) =>
    type === undefined || document === undefined ? [] : [{ type, document, where: sample, set }],
  )
}

/** `qualifier:id` as in ISA. */
export const senderOf = ({ senderQualifier, sender }: X12Interchange): string => `${senderQualifier}:${sender}`
export const receiverOf = ({ receiverQualifier, receiver }: X12Interchange): string =>
  `${receiverQualifier}:${receiver}`
