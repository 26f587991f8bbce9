import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CrossdockError } from '../../base/errors.ts'
import type { Keys, NewKey } from '../../governance/keys.ts'

/**
 * Makes the key of whoever tries the demo from a second terminal, once for each business, and answers the file it is in.
 * It may do everything; only the owner of the file can read it. A key whose file is gone, or a file whose key this
 * database does not know (it was restored), is replaced.
 */
export async function operatorKey(
  data: string,
  keys: Pick<Keys, 'make' | 'revoke' | 'admit'>,
  tenant: string,
): Promise<string> {
  const file = join(data, 'operator.key')
  if (existsSync(file) && (await isGood((await readFile(file, 'utf8')).trim(), keys))) return file
  const text = await keyAnew(keys, tenant, { name: 'operator', scopes: ['*'] })
  await rm(file, { force: true }) // so that it is made with its rights, whatever they were before
  await writeFile(file, `${text}\n`, { mode: 0o600, flag: 'wx' })
  return file
}

/** Makes a key in place of the one that has its name, if there is one; answers its text. */
export async function keyAnew(keys: Pick<Keys, 'make' | 'revoke'>, tenant: string, wanted: NewKey): Promise<string> {
  await keys.revoke(tenant, wanted.name).catch(unless('XD_GOVERNANCE_KEY_UNKNOWN'))
  return (await keys.make(tenant, wanted)).text
}

async function isGood(text: string, keys: Pick<Keys, 'admit'>): Promise<boolean> {
  try {
    await keys.admit(text, 'operator.key')
    return true
  } catch (error) {
    unless('XD_GOVERNANCE_KEY_REFUSED')(error)
    return false
  }
}

const unless =
  (code: string) =>
  (error: unknown): void => {
    if (!(error instanceof CrossdockError) || error.code !== code) throw error
  }
