import type { EdifactMessage } from './reading.ts'
import type { WrittenSegment } from './write.ts'

/** One thing an APERAK says is wrong: a code of the partner's guide, words, and what it is about. */
export interface AperakError {
  readonly code: string
  readonly text?: string
  /** RFF qualifiers and numbers, `[['ON', '4711']]`. */
  readonly references: readonly (readonly [qualifier: string, number: string])[]
}

/** An APERAK: what an application says about a message it got. Without errors it says that all is well. */
export interface Aperak {
  /** BGM: the document name code of the partner's guide, the number, and the message function. */
  readonly name: string
  readonly number: string
  readonly function: string
  /** DTM 137 as it stands, `'20260102'`, and its format, `'102'`. */
  readonly date?: string
  readonly dateFormat?: string
  /** What the whole is about: RFF ACW is the message that is answered, by its reference. */
  readonly references: readonly (readonly [qualifier: string, number: string])[]
  /** NAD qualifiers and identifications. */
  readonly parties: readonly (readonly [qualifier: string, id: string])[]
  readonly errors: readonly AperakError[]
}

/** Reads an APERAK; undefined for another message, or one without BGM. */
export function readAperak({ type, segments }: EdifactMessage): Aperak | undefined {
  if (type !== 'APERAK') return undefined
  let head: Pick<Aperak, 'name' | 'number' | 'function'> | undefined
  let date: Pick<Aperak, 'date' | 'dateFormat'> = {}
  const references: [string, string][] = []
  const parties: [string, string][] = []
  const errors: { code: string; text?: string; references: [string, string][] }[] = []
  for (let i = 0; i < segments.length; i++) {
    const at = (element: number, component = 1) => segments.component(i, element, component)
    const error = errors.at(-1)
    switch (segments.tag(i)) {
      case 'BGM':
        head = { name: at(1), number: at(2), function: at(3) }
        break
      case 'DTM':
        if (at(1) === '137') date = { date: at(1, 2), dateFormat: at(1, 3) }
        break
      case 'RFF':
        ;(error?.references ?? references).push([at(1), at(1, 2)])
        break
      case 'NAD':
        parties.push([at(1), at(2)])
        break
      case 'ERC':
        errors.push({ code: at(1), references: [] })
        break
      case 'FTX':
        if (error)
          error.text = [1, 2, 3, 4, 5]
            .map((line) => at(4, line))
            .join(' ')
            .trim()
        break
    }
  }
  return head && { ...head, ...date, references, parties, errors }
}

/** The segments of an APERAK between UNH and UNT. */
export function aperakSegments(aperak: Aperak): WrittenSegment[] {
  const { date, dateFormat = '102' } = aperak
  return [
    ['BGM', aperak.name, aperak.number, aperak.function],
    ...(date === undefined ? [] : [['DTM', ['137', date, dateFormat]] as WrittenSegment]),
    ...aperak.references.map((reference): WrittenSegment => ['RFF', reference]),
    ...aperak.parties.map(([qualifier, id]): WrittenSegment => ['NAD', qualifier, id]),
    ...aperak.errors.flatMap(({ code, text, references }): WrittenSegment[] => [
      ['ERC', code],
      ...(text === undefined ? [] : [['FTX', 'AAO', '', '', lines(text)] as WrittenSegment]),
      ...references.map((reference): WrittenSegment => ['RFF', reference]),
    ]),
  ]
}

/** Five lines of seventy characters are all there is; between words where that is possible. */
function lines(text: string): string[] {
  const rows: string[] = []
  for (const word of text.split(/\s+/).flatMap((one) => one.match(/.{1,70}/gu) ?? [])) {
    const last = rows.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= 70) rows[rows.length - 1] = `${last} ${word}`
    else rows.push(word)
  }
  return rows.slice(0, 5)
}
