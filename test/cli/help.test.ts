import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { COMMANDS } from './commands.ts'
import { root, run, runProcess } from './run.ts'

test('help lists every command and says what the exit codes mean', async () => {
  const { code, out, err } = await run(['--help'])
  expect(code).toBe(0)
  expect(err).toBe('')
  expect([...out.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1])).toEqual([
    ...new Set(COMMANDS.map(([word]) => word)),
    'bench',
    'help',
  ])
  expect(out).toContain('Exit codes: 0 as asked, 1 it failed or found faults, 2 asked wrongly.')
})

test.each(COMMANDS)('crossdock %s %s shows an example and takes --json', async (...command) => {
  const { code, out } = await run([...command, '--help'])
  expect(code).toBe(0)
  expect(out).toContain(`Usage: crossdock ${command.join(' ')}`)
  expect(out).toMatch(/\nExamples:\n {2}(.*\| |[A-Z_]+=\S+ )?crossdock /)
  expect(out).toContain('--json')
})

test.each([
  ['an unknown command', ['frobnicate']],
  ['an unknown option', ['trace', 'PO-1', '--frobnicate']],
  ['a missing argument', ['send']],
  ['no number', ['send', 'order.json', '--wait', 'soon']],
  ['no order to drive', ['demo', '--headless', '--orders', '0']],
  ['no such word about systems', ['systems', 'frobnicate']],
  ['a backup to nowhere', ['backup']],
  ['a backup that is not there', ['backup', 'verify', 'no-such-backup']],
  ['a backup that is a file', ['backup', 'verify', 'package.json']],
  ['a backup without a manifest', ['restore', 'docs']],
  ['no release to go back to', ['database', 'back']],
  ['no port', ['doctor', '--port', '70000']],
  ['a file that is not there', ['edi', 'check', 'no-such-file.edi']],
  ['a configuration that is not there', ['lint', 'no-such.config.ts']],
])('%s ends with 2, says why on stderr and nothing on stdout', async (_title, args) => {
  const { code, out, err } = await run(args)
  expect([code, out]).toEqual([2, ''])
  expect(err.length).toBeGreaterThan(20)
})

test('a backup that is not there has a code and a way out, and no word of the system’s', async () => {
  const said = await Promise.all(
    [
      ['verify', 'no-such-backup'],
      ['verify', 'package.json'],
      ['verify', 'package.json/x'],
      ['verify', 'docs'],
    ].map(async (args) => (await run(['backup', ...args])).err),
  )
  expect(said.map((err) => err.split('\n')[0])).toEqual([
    'There is no backup in no-such-backup: there is no such folder.',
    'There is no backup in package.json: it is a file.',
    'There is no backup in package.json/x: a part of the path is a file.',
    'There is no backup in docs: the folder has no manifest.json.',
  ])
  for (const err of said) expect(err).toMatch(/Name the folder .*\n\(XD_STORE_BACKUP_NOT_THERE\)/)
})

test('the version is the package’s, and a wrong command is 2 in a process too', async () => {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }
  const [told, wrong] = await Promise.all([runProcess(['--version']), runProcess(['frobnicate'])])
  expect(told).toEqual({ code: 0, out: `${version}\n`, err: '' })
  expect([wrong.code, wrong.out]).toEqual([2, ''])
})
