import { globSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { run } from '../cli/run.ts'
import { ROOT } from './declarations.ts'

/** A file that a page shows: the first line of its block is its name. */
interface ShownFile {
  readonly name: string
  readonly text: string
}

const folder = join(ROOT, '.crossdock', `how-to-${process.pid}`)
afterAll(() => rm(folder, { recursive: true, force: true }))

const pages = globSync('docs/how-to/*.md', { cwd: ROOT })
const shown = new Map(pages.map((page) => [page, filesOf(readFileSync(ROOT + page, 'utf8'))] as const))
const withFiles = [...shown].filter(([, files]) => files.length > 0)

function filesOf(page: string): ShownFile[] {
  return [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) => ({
    name: /^\/\/ (\S+\.ts)$/m.exec(text.split('\n', 1)[0] as string)?.[1] ?? '',
    text,
  }))
}

async function save(page: string): Promise<string> {
  const place = join(folder, page)
  for (const { name, text } of shown.get(page) ?? []) {
    await mkdir(dirname(join(place, name)), { recursive: true })
    await writeFile(join(place, name), text)
  }
  return place
}

test('what the how-to pages show in TypeScript are whole files, each with its name', () => {
  expect(withFiles.length).toBeGreaterThan(5)
  expect(withFiles.flatMap(([page, files]) => files.filter(({ name }) => name === '').map(() => page))).toEqual([])
})

test.each(withFiles)('the configuration of %s loads, and lint has nothing to say against it', async (page) => {
  const config = join(await save(page), 'crossdock.config.ts')
  const { code, out, err } = await run(['lint', config])
  expect([code, out, err]).toEqual([0, `${config}: nothing to say against it.\n`, ''])
})

test('the maps that a page shows do what their examples say', async () => {
  const maps = withFiles.flatMap(([page, files]) => files.map((file) => ({ page, ...file }))).filter(isMap)
  expect(maps.length).toBeGreaterThan(0)
  for (const { page, name } of maps) {
    const { code, err } = await run(['map', 'test', join(await save(page), name)])
    expect([name, code, err]).toEqual([name, 0, ''])
  }
})

const isMap = ({ name }: ShownFile): boolean => name.startsWith('maps/')
