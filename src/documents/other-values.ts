/** A set or message as it would be read if other values stood in some of its places, and segments in it that are missing. */
import type { EdifactSegments } from '../edi/edifact/reading.ts'
import { dayIn, unpadded } from '../edi/x12/element-value.ts'
import type { SegmentTable } from '../edi/x12/reading.ts'

/** A segment that is not in the file: its tag, and its elements by their components. */
export interface AddedSegment {
  readonly tag: string
  readonly elements: readonly (readonly string[])[]
}

/** The index of a segment that is in the file, or one that is not. */
export type Row = number | AddedSegment

/** What an element or component is read as; undefined where it is read as it stands. `segment` is its index in the file. */
export type OtherValue = (segment: number, element: number, component: number) => string | undefined

/** Readers look one segment ahead, also behind the last one. */
const PAST_THE_END: AddedSegment = { tag: '', elements: [] }

/** The position of every segment that is not in the file: no fault of it has a place there. */
export const NOT_IN_FILE = 0

/** The rows as one table. Both languages are read from it: X12 does not ask for what only EDIFACT has. */
export function withOtherValues(
  file: SegmentTable & Partial<EdifactSegments>,
  rows: readonly Row[],
  other: OtherValue,
): EdifactSegments {
  const rowAt = (segment: number): Row => rows[segment] ?? PAST_THE_END
  const addedComponents = ({ elements }: AddedSegment, element: number) => elements[element - 1] ?? []
  const count = (segment: number) => {
    const row = rowAt(segment)
    return typeof row === 'number' ? file.count(row) : row.elements.length
  }
  const componentsOf = (segment: number, element: number, repeat?: number) => {
    const row = rowAt(segment)
    if (typeof row !== 'number') return addedComponents(row, element).length
    return file.components?.(row, element, repeat) ?? 0
  }
  const component = (segment: number, element: number, at: number, repeat = 1): string => {
    const row = rowAt(segment)
    if (typeof row !== 'number') return addedComponents(row, element)[at - 1] ?? ''
    return (repeat === 1 ? other(row, element, at) : undefined) ?? file.component(row, element, at, repeat)
  }
  const at = (segment: number, element: number): string => {
    const row = rowAt(segment)
    if (typeof row !== 'number') return addedComponents(row, element).join(':')
    const isOne = componentsOf(segment, element) <= 1
    return (isOne ? other(row, element, 1) : undefined) ?? file.at(row, element)
  }
  return {
    length: rows.length,
    tag: (segment) => {
      const row = rowAt(segment)
      return typeof row === 'number' ? file.tag(row) : row.tag
    },
    count,
    at,
    value: (segment, element) => unpadded(at(segment, element)),
    day: (segment, element) => dayIn(at(segment, element)),
    component,
    components: componentsOf,
    repeats: (segment, element) => {
      const row = rowAt(segment)
      if (typeof row !== 'number') return [at(segment, element)]
      const value = other(row, element, 1)
      return value === undefined ? file.repeats(row, element) : [value]
    },
    position: (segment) => {
      const row = rowAt(segment)
      return typeof row === 'number' ? file.position(row) : NOT_IN_FILE
    },
    offset: (segment) => {
      const row = rowAt(segment)
      return typeof row === 'number' ? file.offset(row) : 0
    },
  }
}
