import { expect, test } from 'vitest'
import { fixture, run } from './run.ts'

const shown = (text: string) => text.replaceAll(fixture(''), '')

test('a sound configuration is 0 and one sentence', async () => {
  const { code, out, err } = await run(['lint', fixture('small.config.ts')])
  expect([code, shown(out), err]).toEqual([0, 'small.config.ts: nothing to say against it.\n', ''])
})

test('what lint prints for a faulty one stays as it was, errors first', async () => {
  const { code, out } = await run(['lint', fixture('faulty.config.ts')])
  expect(code).toBe(1)
  await expect(shown(out)).toMatchFileSnapshot('./golden/lint-faulty.txt')
})

test('the findings come as JSON too; a secret in the environment is no finding', async () => {
  const { code, out } = await run(['lint', '--json'], {
    env: { CROSSDOCK_CONFIG: fixture('faulty.config.ts'), CROSSDOCK_TEST_UNSET_FILE: '/run/secrets/erp' },
  })
  const report = JSON.parse(out) as { name: string; errors: number; warnings: number }
  expect([code, report.name, report.errors, report.warnings]).toEqual([1, 'faulty', 3, 0])
})

test('a file that is no configuration is said to be none', async () => {
  const { code, err } = await run(['lint', fixture('../run.ts')])
  expect(code).toBe(2)
  expect(err).toContain('has no default export made by defineHub')
})

test('colours are there only where they are wanted', async () => {
  const plain = await run(['lint', fixture('faulty.config.ts')])
  const coloured = await run(['lint', fixture('faulty.config.ts')], { colours: true })
  const esc = String.fromCharCode(27)
  expect(plain.out).not.toContain(esc)
  expect(coloured.out).toContain(`${esc}[31merror`)
})
