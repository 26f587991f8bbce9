import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../cli/run.ts'
import { ROOT } from './declarations.ts'

const pages = [...globSync('*.md', { cwd: ROOT }), ...globSync('docs/**/*.md', { cwd: ROOT })]
const textOf = (page: string) => readFileSync(ROOT + page, 'utf8')

test('every link from a page to a page leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)/g)]
      .map((match) => match[1] as string)
      .filter((target) => !existsSync(join(ROOT, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  )
  expect(pages.length).toBeGreaterThan(15)
  expect(broken).toEqual([])
})

test.each(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'])('every path that %s names is there', (page) => {
  const paths = [
    ...textOf(page).matchAll(/`((?:src|test|docs|sql|bin|bench|console|journal|hub|intake|lifecycle)\/[\w./-]*)`/g),
  ].map((match) => match[1] as string)
  expect(paths.filter((path) => !existsSync(ROOT + path) && !existsSync(`${ROOT}src/${path}`))).toEqual([])
})

test('the map of the architecture page shows every folder of src, and no other', () => {
  const map = /## The map\n\n```\n(.*?)```/s.exec(textOf('ARCHITECTURE.md'))?.[1] ?? ''
  const shown = [...map.matchAll(/^ {2}(\w+)\/(?:x12\/)? /gm)].map((match) => match[1])
  const folders = globSync('src/*/', { cwd: ROOT }).map((folder) => folder.replace(/^src\/|\/$/g, ''))
  expect(shown.toSorted()).toEqual(folders.toSorted())
})

test('the commands the README names are commands', async () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
  const text = textOf('README.md')
  const named = [...text.matchAll(/\bnpm (?:run (?:-s )?)?(start|test|bench)\b/g)].map((match) => match[1] as string)
  expect(named.filter((script) => !(script in scripts))).toEqual([])
  const commands = new Set(
    [...text.matchAll(/\bcrossdock (demo|start|lint|doctor|trace|edi check)((?: --[a-z-]+)*)/g)].map(
      (match) => match[1] as string,
    ),
  )
  expect(commands.size).toBe(6)
  for (const command of commands)
    expect([command, (await run([...command.split(' '), '--help'])).code]).toEqual([command, 0])
})
