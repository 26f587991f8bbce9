import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those above it that are missing; answers when it is there. Not `mkdir` with `recursive`: where a file
 * system says of a folder that is there that nothing can be made in it because it does not exist (`/proc`), Node tries for
 * ever. Rejects with the file system's own error.
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  const folder = resolve(path)
  if ((await tryMake(folder, mode)) !== 'ENOENT') return
  await makeFolder(dirname(folder), mode)
  await mkdir(folder, { mode }).catch(letPassExisting)
}

/** Folders above that are missing are an answer; a folder that is there already is none. */
async function tryMake(folder: string, mode: number): Promise<string | undefined> {
  try {
    await mkdir(folder, { mode })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && dirname(folder) !== folder) return code
    letPassExisting(error)
  }
  return undefined
}

function letPassExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
}
