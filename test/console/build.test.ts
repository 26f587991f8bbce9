import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildConsole } from '../../console/build.ts'

let folder: string
let tookMs: number
const said: string[] = []
const log = (sentence: string) => said.push(sentence)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossdock-console-'))
  const began = performance.now()
  await buildConsole({ log, folder })
  tookMs = performance.now() - began
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const files = async () => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

describe('the built console', () => {
  test('is built in under five seconds', () => {
    expect(tookMs).toBeLessThan(5_000)
  })

  test('is a page load under 300 kB, and under 100 kB as it goes over the wire compressed', async () => {
    const bodies = await Promise.all((await files()).map((file) => readFile(file)))
    expect(bodies.reduce((sum, body) => sum + body.byteLength, 0)).toBeLessThan(300_000)
    expect(bodies.reduce((sum, body) => sum + gzipSync(body).byteLength, 0)).toBeLessThan(100_000)
  })

  test('keeps to a security policy that allows no code and no style inside the page', async () => {
    const page = await readFile(join(folder, 'index.html'), 'utf8')
    expect(page).toMatch(/<script type="module" crossorigin src="\/assets\/[\w-]+\.js"><\/script>/)
    expect(page.match(/<script(?![^>]* src=)/g)).toBeNull()
    expect(page.match(/<style|\sstyle=|\son\w+=/g)).toBeNull()
    expect(page).not.toMatch(/https?:\/\//)
  })

  test('is left alone while its sources stay the same, and made again when it is not theirs', async () => {
    const page = join(folder, 'index.html')
    const longAgo = new Date('2020-01-01T00:00:00Z')
    await utimes(page, longAgo, longAgo)
    said.length = 0
    await buildConsole({ log, folder })
    expect(said).toEqual([])
    expect((await stat(page)).mtime).toEqual(longAgo)

    await writeFile(join(folder, 'built-from.txt'), 'other sources')
    await writeFile(join(folder, 'assets', 'index-old.js'), 'old')
    await buildConsole({ log, folder })
    expect(said).toEqual(['Building the console …'])
    const names = (await files()).map((file) => file.slice(folder.length + 1))
    expect(names).not.toContain(join('assets', 'index-old.js'))
    expect(names.filter((name) => name.startsWith('building'))).toEqual([])
  })
})
