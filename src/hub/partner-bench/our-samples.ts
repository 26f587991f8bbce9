/** Documents of ours as the gate wrote them for a partner: what it can be shown. */

/** One file of ours. */
export interface OurSample {
  /** `855-R-1001.edi`; two may have the same one. */
  readonly name: string
  readonly bytes: Uint8Array
}

const LONGEST = 60

/** A file's name for a document and what it is about: `order R-1001`, or the sample that it repeats. */
export function sampleName(kind: string, about: string): string {
  const subject = about
    .replace(/^order /, '')
    .replace(/\.[A-Za-z0-9]+$/, '')
    .replace(/[^A-Za-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST)
  return subject === '' ? `${kind}.edi` : `${kind}-${subject}.edi`
}
