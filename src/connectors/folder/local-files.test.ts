import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { localFiles } from './local-files.ts'

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
  await files.list()
  expect(Buffer.from(await files.read('../x/850.edi')).toString()).toBe('ISA*')
  await files.move('850.edi', 'done', '../../r1-850.edi')
  expect(await readdir(join(folder, 'done'))).toEqual(['r1-850.edi'])
})
