import { chmod, mkdir, open, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errors } from './errors.ts'

const OTHERS = 0o077

/**
 * The private key a doorway shows, made once. Partners know it by its fingerprint, so it is never made again while the file
 * is there, and nobody but its owner may read it.
 */
export async function hostKeyAt(path: string): Promise<string> {
  const before = await readable(path)
  if (before !== undefined) return before
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const { newKey } = await import('../../connectors/sftp/new-key.ts') // ssh2 is loaded by who uses it
  const { private: key } = newKey()
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(key)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return hostKeyAt(path) // another instance was faster
  }
  return key
}

async function readable(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path)
    if (mode & OTHERS && process.platform !== 'win32') await chmod(path, 0o600)
    const key = await readFile(path, 'utf8')
    if (!key.includes('PRIVATE KEY')) throw errors.HOST_KEY_UNREADABLE(path, 'there is no private key in it')
    return key
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
