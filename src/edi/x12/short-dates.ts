import { segmentRuleOf } from './rules.ts'
import type { WrittenSegment } from './write.ts'

/** Whether sets of this version write two digits of the year: those before 004010 do. */
export const hasShortDates = (version: string): boolean => version >= '001' && version < '004'

/** The segment with its dates in six digits. */
export function withShortDates(segment: WrittenSegment): WrittenSegment {
  const [tag, ...elements] = segment
  const rule = typeof tag === 'string' ? segmentRuleOf(tag) : undefined
  if (!rule) return segment
  return [
    tag as string,
    ...elements.map((element, at) =>
      typeof element === 'string' && rule.elements[at]?.type === 'DT' ? shortDate(element) : element,
    ),
  ]
}

/** `20260105` is `260105`. A year that two digits would name wrongly, before 1950 or after 2049, keeps its four. */
export function shortDate(date: string): string {
  return date.length === 8 && date >= '1950' && date < '2050' ? date.slice(2) : date
}
