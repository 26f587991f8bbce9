import type { FieldMap } from '../../documents/map/map.ts'
import { type ExampleResult, tryExamples } from '../../documents/map/try-examples.ts'
import { errors } from '../errors.ts'
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
  const maps = Object.values(await importedFile(file)).filter(isMap)
  if (maps.length === 0) throw errors.MAP_NONE(file)
  const tried = maps.map((one): TriedMap => ({ map: one.name, examples: tryExamples(one) }))
  const passed = tried.every(({ examples }) => examples.length > 0 && examples.every((one) => one.passed))
  if (json) terminal.out(JSON.stringify({ file, passed, maps: tried }))
  else terminal.out(tried.flatMap((one) => textOf(one, terminal)).join('\n'))
  return passed ? 0 : 1
}

function isMap(value: unknown): value is FieldMap {
  return typeof value === 'object' && value !== null && 'rules' in value && 'run' in value && 'name' in value
}

function textOf({ map, examples }: TriedMap, terminal: Terminal): string[] {
  if (examples.length === 0) return [`${paint(terminal, 'red', 'none    ')} ${map} has no examples.`]
  return examples.flatMap(({ example, passed, expected, found }) => {
    const head = `${paint(terminal, passed ? 'green' : 'red', passed ? 'as said ' : 'differs ')} ${map}: ${example}`
    return passed ? [head] : [head, `  expected ${JSON.stringify(expected)}`, `  found    ${JSON.stringify(found)}`]
  })
}
