import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type LocalEntry, localFiles } from './local-files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossdock-files-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('files are listed with their size and time; links and folders are something else', async () => {
  await writeFile(join(folder, '850.edi'), 'ISA*')
  await symlink('/etc/hostname', join(folder, 'link.edi'))
  await mkdir(join(folder, 'sub'))
  const entries = await localFiles(folder).list()
  const kinds = Object.fromEntries(entries.map(({ name, kind }) => [name, kind]))
  expect(kinds).toEqual({ '850.edi': 'file', 'link.edi': 'other', sub: 'other', done: 'other', refused: 'other' })
  expect(entries.find(({ name }) => name === '850.edi')).toMatchObject({ bytes: 4, changedAt: expect.any(Number) })
})

test('a file is read and moved; no name leads out of the folder', async () => {
  const files = localFiles(folder)
  await writeFile(join(folder, '850.edi'), 'ISA*')
  const entry = await entryOf('850.edi')
  expect(Buffer.from(await files.read({ ...entry, name: '../x/850.edi' })).toString()).toBe('ISA*')
  expect(await files.move({ ...entry, name: '../x/850.edi' }, 'done', '../../r1-850.edi')).toBe('moved')
  expect(await readdir(join(folder, 'done'))).toEqual(['r1-850.edi'])
})

const entryOf = async (name: string): Promise<LocalEntry> => {
  const entry = (await localFiles(folder).list()).find((one) => one.name === name)
  if (!entry) throw new Error(`${name} is not there`)
  return entry
}
const textOf = (...path: string[]) => readFile(join(folder, ...path), 'utf8')

test('only the file that was looked at is moved; one that another instance has moved is gone, and no trouble', async () => {
  const files = localFiles(folder)
  await writeFile(join(folder, '850.edi'), 'ISA*')
  const entry = await entryOf('850.edi')
  await writeFile(join(folder, '850.edi'), 'ISA*2*')
  expect(await files.move(entry, 'done', 'r1-850.edi')).toBe('changed')
  expect(await textOf('850.edi')).toBe('ISA*2*')
  expect(await files.move(await entryOf('850.edi'), 'done', 'r2-850.edi')).toBe('moved')
  expect(await files.move(entry, 'done', 'r1-850.edi')).toBe('gone')
  expect(await readdir(join(folder, 'done'))).toEqual(['r2-850.edi'])
})

test('a file that comes under the name between the look and the move goes back, beside one that is newer still', async () => {
  const files = localFiles(folder)
  const put = async (text: string) => {
    await writeFile(join(folder, '.part'), text)
    await rename(join(folder, '.part'), join(folder, '850.edi'))
  }
  const lost: string[] = []
  for (let round = 0; round < 300; round += 1) {
    await put('first')
    const entry = await entryOf('850.edi')
    const said = files.move(entry, 'done', `r${round}-850.edi`)
    await put(`second ${round}`)
    if ((await said) === 'moved' && (await textOf('done', `r${round}-850.edi`)) !== 'first') lost.push(`${round}`)
    const lying = await Promise.all(
      (await readdir(folder)).filter((name) => name.endsWith('.edi')).map((name) => textOf(name)),
    )
    expect(lying).toContain(`second ${round}`)
    await rm(join(folder, '850.edi'), { force: true })
    await rm(join(folder, `r${round}-850.edi`), { force: true })
  }
  expect(lost).toEqual([])
})
