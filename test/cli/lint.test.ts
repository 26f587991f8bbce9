import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { ROOT } from '../house/declarations.ts'
import { fixture, run } from './run.ts'

const files = join(ROOT, '.crossdock', `lint-${process.pid}`)
let count = 0
afterAll(() => rm(files, { recursive: true, force: true }))

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

test('a configuration without a process is told so, as text and as JSON', async () => {
  const unfinished = await written('unfinished.ts', "export default { name: 'acme', systems: {}, process: [] }")
  const { code, out, err } = await run(['lint', unfinished])
  expect([code, err]).toEqual([1, ''])
  expect(out).toContain('error    process: There is no process. Write process: [orderToCash(')
  expect(out).toContain('error    lifecycle.authority: Nobody is said who may do what.')
  expect(JSON.parse((await run(['lint', unfinished, '--json'])).out)).toMatchObject({ name: 'acme', errors: 2 })
  const gate = await run(['partner', 'test', 'bigbox', '--config', unfinished])
  expect(gate.code).toBe(1)
  expect(gate.err).toContain('  process: There is no process.')
})

test.each([
  [['lint'], 'There is no crossdock.config.ts here.\n'],
  [['partner', 'test', 'bigbox'], 'There is no crossdock.config.ts here.\n'],
  [['start'], 'There is no crossdock.config.ts here.\n'],
  [['lint', 'shops/none.ts'], 'There is no shops/none.ts.\n'],
  [['map', 'test', 'maps/none.ts'], 'maps/none.ts cannot be read: there is no such file.\n'],
])('crossdock %j names the file that is not there, and no path of ours', async (args, says) => {
  const { code, err } = await run(args)
  expect([code, err.slice(0, says.length)]).toEqual([2, says])
  expect(err).not.toContain('load-config')
})

/** What a line of a configuration is answered. */
const ANSWERED: Readonly<Record<string, string>> = {
  "import { folder } from 'crossdock'":
    "folder does not come from 'crossdock', but from 'crossdock/connectors/folder'.",
  "import { http } from 'crossdock/connectors/folder'":
    "http does not come from 'crossdock/connectors/folder', but from 'crossdock/connectors/http'.",
  "import { map } from 'crossdock'": "map does not come from 'crossdock', but from 'crossdock/documents'.",
  "import { defineHub } from 'crossdock/lifecycle'":
    "defineHub does not come from 'crossdock/lifecycle', but from 'crossdock'.",
  "import { hub } from 'crossdock'": "The requested module 'crossdock' does not provide an export named 'hub'.",
  "import './maps/none.ts'": 'FILE imports FOLDER/maps/none.ts, which is not there.',
  "throw new Error('no luck.')": 'no luck.',
}

test('a configuration that Node cannot load is told what to write instead', async () => {
  const told: Record<string, string> = {}
  for (const line of Object.keys(ANSWERED)) told[await written('importing.ts', line)] = line
  const script = `import { loadConfig } from '${ROOT}src/cli/load-config.ts'
    const said = {}
    for (const file of process.argv.slice(1)) await loadConfig(file).catch(({ message }) => { said[file] = message })
    console.log(JSON.stringify(said))`
  const node = ['--input-type=module', '-e', script, ...Object.keys(told)]
  const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: ROOT }) // its own import, not that of the tests
  const said = Object.entries(JSON.parse(stdout) as Record<string, string>).map(([file, message]) => {
    const reason = message.replace(`${file} cannot be loaded: `, '')
    return [told[file], reason.replace(relative(ROOT, file), 'FILE').replace(relative(ROOT, dirname(file)), 'FOLDER')]
  })
  expect(Object.fromEntries(said)).toEqual(ANSWERED)
})

/** A file of a user, which can import the package by its name; each time another, because a module is loaded once. */
async function written(name: string, text: string): Promise<string> {
  const folder = join(files, String(++count))
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, name), `${text}\n`)
  return join(folder, name)
}

test('colours are there only where they are wanted', async () => {
  const plain = await run(['lint', fixture('faulty.config.ts')])
  const coloured = await run(['lint', fixture('faulty.config.ts')], { colours: true })
  const esc = String.fromCharCode(27)
  expect(plain.out).not.toContain(esc)
  expect(coloured.out).toContain(`${esc}[31merror`)
})
