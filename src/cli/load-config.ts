import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { HubDefinition } from '../config/define-hub.ts'
import { errors } from './errors.ts'

/** Where a configuration is looked for when nobody says. */
export const CONFIG_FILE = 'crossdock.config.ts'

/**
 * Loads a configuration by native import; whether it is whole, `lint` says. Throws `XD_CLI_CONFIG_NOT_THERE`,
 * `XD_CLI_CONFIG` and `XD_CLI_CONFIG_NO_HUB`.
 */
export async function loadConfig(file: string): Promise<HubDefinition> {
  if (!existsSync(file)) throw errors.CONFIG_NOT_THERE(file)
  const { default: definition } = await imported(file)
  if (!looksLikeHub(definition)) throw errors.CONFIG_NO_HUB(file)
  return definition
}

/** Everything that a file of the user exports. Throws `XD_CLI_FILE` and `XD_CLI_CONFIG`. */
export async function importedFile(file: string): Promise<Record<string, unknown>> {
  if (!existsSync(file)) throw errors.FILE(file, 'there is no such file')
  return imported(file)
}

/** A member that only a hub has: one that lacks the others is a hub that is not finished. */
const MEMBERS = ['systems', 'process', 'lifecycle']

function looksLikeHub(value: unknown): value is HubDefinition {
  return typeof value === 'object' && value !== null && MEMBERS.some((member) => member in value)
}

async function imported(file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>
  } catch (error) {
    throw Object.assign(errors.CONFIG(file, await reasonOf(error)), { cause: error })
  }
}

const NOT_FOUND = /^Cannot find module '(.+?)' imported from (.+)$/m
const NOT_EXPORTED = /The requested module '(crossdock[^']*)' does not provide an export named '(\w+)'/

async function reasonOf(error: unknown): Promise<string> {
  const message = (error as Partial<Error> | null)?.message ?? String(error)
  const [, wanted, from] = NOT_FOUND.exec(message) ?? []
  if (wanted && from) return `${here(from)} imports ${here(wanted)}, which is not there`
  const [, door, name] = NOT_EXPORTED.exec(message) ?? []
  const right = name === undefined ? undefined : await doorOf(name)
  if (right) return `${name} does not come from '${door}', but from '${right}'`
  return (message.split('\n').find((line) => line.trim() !== '') ?? 'it failed').replace(/\.$/, '')
}

const here = (path: string): string => relative('', path)

/** The module of ours that exports a name; of several the one that a configuration would import first. */
async function doorOf(name: string): Promise<string | undefined> {
  const kinds = await readdir(new URL('../connectors/', import.meta.url), { withFileTypes: true })
  const connectors = kinds.filter((kind) => kind.isDirectory()).map((kind) => `connectors/${kind.name}`)
  for (const room of ['', 'documents', 'lifecycle', ...connectors]) {
    const file = new URL(`../${room === '' ? '' : `${room}/`}index.ts`, import.meta.url)
    if (existsSync(file) && name in (await import(file.href))) return room === '' ? 'crossdock' : `crossdock/${room}`
  }
  return undefined
}
