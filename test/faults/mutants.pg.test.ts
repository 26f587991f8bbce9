import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { mutants } from '../simulation/mutants.ts'
import { realMutants } from './planted-runs.ts'

/** The long form plants every bug into real processes; here only what the bugs say of themselves is looked at. */
const isLong = process.env['CROSSDOCK_REAL_MUTANTS'] === 'all'

/** Every text in quotes of the judges' sources: a rule is one of them. */
function texts(): ReadonlySet<string> {
  const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))
  const checker = readdirSync(folder('../../src/checker/'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => folder(`../../src/checker/${name}`))
  const judges = [...checker, folder('../simulation/invariants.ts'), folder('../simulation/world.ts')]
  return new Set(
    judges.flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/'([^'\n]+)'/g)].map(([, text]) => text as string),
    ),
  )
}

test('every planted bug names the rules that are about it, and there are such rules', () => {
  const known = texts()
  for (const { name, by } of [...mutants, ...realMutants]) {
    expect(by.length, name).toBeGreaterThan(0)
    for (const rule of by)
      expect(known, `${name}: ${rule}`).toContain(
        rule.replace(/^(?:lost|duplicates|phantom|reordered|illegal|unbalanced): /, ''),
      )
  }
})

test.each(isLong ? realMutants : [])(
  'a bug planted into real processes is caught by a rule that is about it: $name',
  { timeout: 900_000 },
  async ({ run, by }) => {
    const said: string[] = []
    const { rule, seen, without } = await run((sentence) => said.push(sentence))
    expect(seen, said.join('\n')).not.toEqual([])
    expect(rule, `none of ${by.join(', ')}; but ${seen.join(', ')}`).toBeDefined()
    expect(without, 'the same run without the bug is good').toEqual([])
  },
)
