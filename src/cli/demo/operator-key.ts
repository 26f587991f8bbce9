import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Keys } from '../../governance/keys.ts'

/**
 * Makes the key of whoever tries the demo from a second terminal, once for each business, and answers the file it is in.
 * It may do everything; only the owner of the file can read it.
 */
export async function operatorKey(data: string, keys: Pick<Keys, 'make'>, tenant: string): Promise<string> {
  const file = join(data, 'operator.key')
  if (existsSync(file)) return file
  const { text } = await keys.make(tenant, { name: 'operator', scopes: ['*'] })
  await writeFile(file, `${text}\n`, { mode: 0o600, flag: 'wx' })
  return file
}
