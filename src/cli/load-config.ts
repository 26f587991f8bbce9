import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { HubDefinition } from '../config/define-hub.ts'
import { errors } from './errors.ts'

/** Where a configuration is looked for when nobody says. */
export const CONFIG_FILE = 'crossdock.config.ts'

/** Loads a configuration by native import. Throws `XD_CLI_CONFIG` and `XD_CLI_CONFIG_NO_HUB`. */
export async function loadConfig(file: string): Promise<HubDefinition> {
  const loaded = await importedFile(file)
  const definition = loaded['default'] as Partial<HubDefinition> | undefined
  const looksLikeHub =
    typeof definition === 'object' && definition !== null && 'systems' in definition && 'process' in definition
  if (!looksLikeHub) throw errors.CONFIG_NO_HUB(file)
  return definition as HubDefinition
}

/** Everything that a file of the user exports. Throws `XD_CLI_CONFIG`. */
export async function importedFile(file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>
  } catch (error) {
    throw Object.assign(errors.CONFIG(file, firstLine(error)), { cause: error })
  }
}

function firstLine(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'ERR_MODULE_NOT_FOUND') return (message ?? code).split('\n', 1)[0] as string
  return ((message ?? String(error)).split('\n').find((line) => line.trim() !== '') ?? 'it failed').replace(/\.$/, '')
}
