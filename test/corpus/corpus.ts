import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Real partner documents, kept beside the checkout and never inside it. */
const FOLDER = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url))

export const NOT_RUN = 'NOT RUN: the corpus is not beside this checkout (../shared/corpus)'

export interface CorpusFile {
  /** Path below the kind's folder, `'850/…'`. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** The corpus files of one kind, sorted by name; `undefined` where there is no corpus. */
export function corpusFiles(kind: string): CorpusFile[] | undefined {
  const root = `${FOLDER}${kind}/`
  if (!existsSync(root)) return undefined
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('//', '/').slice(root.length))
  return names.sort().map((name) => ({ name, bytes: readFileSync(root + name) }))
}
