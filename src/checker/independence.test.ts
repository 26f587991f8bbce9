import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const here = new URL('.', import.meta.url)
const sources = readdirSync(here).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))

test('the checker imports nothing of what it checks', () => {
  expect(sources).toContain('checker.ts')
  for (const name of sources) {
    const text = readFileSync(new URL(name, here), 'utf8')
    const imported = [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1] as string)
    const foreign = imported.filter((path) => !path.startsWith('./') && !path.startsWith('node:'))
    expect(foreign, name).toEqual([])
  }
})
