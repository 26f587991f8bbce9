import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A fixture in both its forms. */
export interface FixturePair {
  readonly name: string
  readonly edi: Buffer
  readonly json: unknown
}

/**
 * Every pair `<name>.edi` and `<name>.json` of a document's `fixtures/` folder (EDIFACT: `<name>.edifact`); a file without
 * its other half is an error.
 */
export function fixturePairs(folder: string, ending: '.edi' | '.edifact' = '.edi'): FixturePair[] {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
  return names.map((name) => ({
    name,
    edi: readFileSync(join(folder, `${name}${ending}`)),
    json: JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as unknown,
  }))
}
