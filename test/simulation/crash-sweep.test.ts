import { expect, test } from 'vitest'
import { landscapes, sweep } from './sweep.ts'

for (const swept of landscapes) {
  test(`the hub may die before or after any call to its store or to a system: the order ends the same (${swept.name})`, {
    timeout: 3_600_000,
  }, async () => {
    expect(await sweep(swept, undefined, 'model store')).toBeGreaterThan(100)
  })
}
