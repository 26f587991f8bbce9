import { isDeepStrictEqual } from 'node:util'
import { strangeInExample } from './known-keys.ts'
import type { AnyMap, Mapped } from './map.ts'
import type { MapExample } from './rules.ts'

/** How an example of a map came out. */
export interface ExampleResult {
  readonly example: string
  readonly passed: boolean
  /** Why it is no example, in words; it is not compared then. */
  readonly wrong?: string
  /** What was expected and what came; absent when they agree. */
  readonly expected?: unknown
  readonly found?: unknown
}

/** Runs the examples that a map carries. */
export async function tryExamples(map: AnyMap): Promise<ExampleResult[]> {
  const tried: ExampleResult[] = []
  for (const example of map.examples ?? []) {
    const at = example.at === undefined ? 0 : Date.parse(example.at)
    tried.push(tryExample(example, await map.run(example.given, at)))
  }
  return tried
}

/** How one example came out, by what its map made of it. */
export function tryExample(example: MapExample, { value, faults }: Mapped<unknown>): ExampleResult {
  const { name, makes, faultsAt } = example
  const wrong = strangeInExample(example)
  if (wrong !== undefined) return { example: name, passed: false, wrong }
  const places = faults?.map(({ pointer }) => pointer)
  const passed = faultsAt ? isDeepStrictEqual(places, [...faultsAt]) : isDeepStrictEqual(value, makes)
  if (passed) return { example: name, passed }
  return { example: name, passed, expected: faultsAt ?? makes, found: faults ?? value }
}
