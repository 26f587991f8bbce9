import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder } from './make-folder.ts'

test('a folder and those above it are made; one that is there stays; what stands in the way is said', async () => {
  const root = await mkdtemp(join(tmpdir(), 'crossdock-folder-'))
  try {
    await makeFolder(join(root, 'a/b/c'), 0o700)
    await makeFolder(join(root, 'a/b/c'))
    expect((await stat(join(root, 'a/b/c'))).mode & 0o777).toBe(0o700)
    await writeFile(join(root, 'file'), '')
    await expect(makeFolder(join(root, 'file/below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  } finally {
    await rm(root, { recursive: true })
  }
})

test.runIf(existsSync('/proc/self'))('where nothing can be made it ends', async () => {
  await expect(makeFolder('/proc/nothing-of-the-kind/below')).rejects.toMatchObject({ code: 'ENOENT' })
})
