import { basename } from 'node:path'
import { jsonata } from '../../documents/map/jsonata.ts'
import type { AnyMap } from '../../documents/map/map.ts'
import type { MapExample } from '../../documents/map/rules.ts'
import { type ExampleResult, tryExamples } from '../../documents/map/try-examples.ts'
import { errors } from '../errors.ts'
import { readInput } from '../input.ts'
import { importedFile } from '../load-config.ts'
import { type ExitCode, paint, type Terminal } from '../terminal.ts'

/** What `crossdock map test` is told. */
export interface MapTestOptions {
  readonly json?: boolean
}

/** How the examples of one map came out. */
interface TriedMap {
  readonly map: string
  readonly examples: readonly ExampleResult[]
}

/** `crossdock map test FILE`: what the maps of a file make of their own examples. A map without any is a failure, too. */
export async function mapTest(file: string, { json }: MapTestOptions, terminal: Terminal): Promise<ExitCode> {
  const maps = file.endsWith(EXPRESSION)
    ? [await expressionIn(file, terminal)]
    : Object.values(await importedFile(file)).filter(isMap)
  if (maps.length === 0) throw errors.MAP_NONE(file)
  const tried: TriedMap[] = []
  for (const one of maps) tried.push({ map: one.name, examples: await tryExamples(one) })
  const passed = tried.every(({ examples }) => examples.length > 0 && examples.every((one) => one.passed))
  if (json) terminal.out(JSON.stringify({ file, passed, maps: tried }))
  else terminal.out(tried.flatMap((one) => textOf(one, terminal)).join('\n'))
  return passed ? 0 : 1
}

const EXPRESSION = '.jsonata'

/** The expression of a file, and the examples in the file beside it: `shop.jsonata` and `shop.examples.json`. */
async function expressionIn(file: string, terminal: Terminal): Promise<AnyMap> {
  const beside = `${file.slice(0, -EXPRESSION.length)}.examples.json`
  const text = new TextDecoder().decode(await readInput(file, terminal))
  const examples = new TextDecoder().decode(await readInput(beside, terminal))
  return jsonata({ name: basename(file, EXPRESSION), text, examples: examplesOf(examples, beside) })
}

function examplesOf(text: string, file: string): MapExample[] {
  try {
    return JSON.parse(text) as MapExample[]
  } catch (error) {
    throw Object.assign(errors.CONFIG(file, (error as Error).message), { cause: error })
  }
}

function isMap(value: unknown): value is AnyMap {
  if (typeof value !== 'object' || value === null) return false
  return 'run' in value && 'name' in value && 'version' in value && ('rules' in value || 'text' in value)
}

function textOf({ map, examples }: TriedMap, terminal: Terminal): string[] {
  if (examples.length === 0) return [`${paint(terminal, 'red', 'none    ')} ${map} has no examples.`]
  return examples.flatMap(({ example, passed, wrong, expected, found }) => {
    if (wrong !== undefined) return [`${paint(terminal, 'red', 'wrong   ')} ${map}: ${wrong}`]
    const head = `${paint(terminal, passed ? 'green' : 'red', passed ? 'as said ' : 'differs ')} ${map}: ${example}`
    return passed ? [head] : [head, `  expected ${JSON.stringify(expected)}`, `  found    ${JSON.stringify(found)}`]
  })
}
