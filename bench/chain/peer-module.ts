import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const FOLDER = join(import.meta.dirname, '../peers')

/** Whether a peer is installed. */
export function isInstalled(name: string): boolean {
  return existsSync(join(FOLDER, 'node_modules', name, 'package.json'))
}

/** The version of an installed peer. */
export function versionOf(name: string): string {
  const { version } = createRequire(import.meta.url)(join(FOLDER, 'node_modules', name, 'package.json'))
  return version as string
}

/** A peer's module; `T` says as much of it as is used here. */
export async function peerModule<T>(name: string): Promise<T> {
  const path = createRequire(join(FOLDER, 'package.json')).resolve(name)
  return (await import(pathToFileURL(path).href)) as T
}
