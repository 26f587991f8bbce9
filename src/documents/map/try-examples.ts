import { isDeepStrictEqual } from 'node:util'
import type { FieldMap, Mapped } from './map.ts'
import type { MapExample } from './rules.ts'

/** How an example of a map came out. */
export interface ExampleResult {
  readonly example: string
  readonly passed: boolean
  /** What was expected and what came; absent when they agree. */
  readonly expected?: unknown
  readonly found?: unknown
}

/** Runs the examples that a map carries. */
export function tryExamples({ examples = [], run }: FieldMap): ExampleResult[] {
  return examples.map((example) => tryExample(example, run(example.given)))
}

function tryExample({ name, makes, faultsAt }: MapExample, { value, faults }: Mapped<unknown>): ExampleResult {
  const places = faults?.map(({ pointer }) => pointer)
  const passed = faultsAt ? isDeepStrictEqual(places, [...faultsAt]) : isDeepStrictEqual(value, makes)
  if (passed) return { example: name, passed }
  return { example: name, passed, expected: faultsAt ?? makes, found: faults ?? value }
}
