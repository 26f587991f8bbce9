import { dayIn, unpadded } from '../edi/x12/element-value.ts'
import type { SegmentTable, X12Interchange, X12Set } from '../edi/x12/reading.ts'
import type { MappingCorrection } from '../identity/corrections.ts'

/** Reads JSON as if other values stood in it. What nothing is said about is the very same value. */
export function mapJson(value: unknown, mappings: readonly MappingCorrection[]): unknown {
  let mapped = value
  for (const { where, from, to } of mappings) {
    if (where.startsWith('/')) mapped = replaced(mapped, where.slice(1).split('/'), from, to)
  }
  return mapped
}

/** `[]` in a path stands for every index of a list. */
function replaced(value: unknown, path: readonly string[], from: string, to: string): unknown {
  const [name, ...rest] = path
  if (name === undefined) return value === from ? to : value
  if (Array.isArray(value)) return name === '[]' ? mapList(value, rest, from, to) : value
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return value
  const before = (value as Record<string, unknown>)[name]
  const after = replaced(before, rest, from, to)
  return after === before ? value : { ...value, [name]: after }
}

function mapList(list: readonly unknown[], rest: readonly string[], from: string, to: string): readonly unknown[] {
  const mapped = list.map((one) => replaced(one, rest, from, to))
  return mapped.every((one, at) => one === list[at]) ? list : mapped
}

/** Reads an interchange as if other values stood in its sets. Its envelope, its numbers and its bytes stay as they are. */
export function mapInterchange(interchange: X12Interchange, mappings: readonly MappingCorrection[]): X12Interchange {
  const places = new Map<string, Map<string, string>>()
  for (const { where, from, to } of mappings) {
    const values = places.get(where) ?? new Map<string, string>()
    places.set(where, values.set(from, to))
  }
  if (places.size === 0) return interchange
  const groups = interchange.groups.map((group) => ({ ...group, sets: group.sets.map((set) => mapSet(set, places)) }))
  return { ...interchange, groups }
}

type Places = ReadonlyMap<string, ReadonlyMap<string, string>>

/** What was wrong with a value that is read as another one is not wrong any more; the document reader judges that one. */
function mapSet(set: X12Set, places: Places): X12Set {
  const { segments } = set
  const meant: Meant = (segment, element) =>
    places.get(`${segments.tag(segment)}/${element}`)?.get(segments.at(segment, element))
  const faults = set.faults.filter(
    ({ segment, element }) =>
      segment === undefined ||
      element === undefined ||
      segment > segments.length ||
      meant(segment - 1, element) === undefined,
  )
  return { ...set, faults, segments: mapSegments(segments, meant) }
}

/** What an element is read as; undefined where it is read as it stands. */
type Meant = (segment: number, element: number) => string | undefined

function mapSegments(segments: SegmentTable, meant: Meant): SegmentTable {
  const at = (segment: number, element: number) => meant(segment, element) ?? segments.at(segment, element)
  return {
    length: segments.length,
    tag: (segment) => segments.tag(segment),
    count: (segment) => segments.count(segment),
    at,
    value: (segment, element) => unpadded(at(segment, element)),
    day: (segment, element) => dayIn(at(segment, element)),
    component: (segment, element, component) => {
      const value = meant(segment, element)
      if (value === undefined) return segments.component(segment, element, component)
      return component === 1 ? value : ''
    },
    repeats: (segment, element) => {
      const value = meant(segment, element)
      return value === undefined ? segments.repeats(segment, element) : [value]
    },
    position: (segment) => segments.position(segment),
    offset: (segment) => segments.offset(segment),
  }
}
