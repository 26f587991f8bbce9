import { posix } from 'node:path'

/** The two folders an account has. */
export type Box = 'in' | 'out'

/** Where a path leads inside an account: its root, a folder, or a file in one. */
export type Place =
  | { readonly box: undefined }
  | { readonly box: Box; readonly name: undefined }
  | { readonly box: Box; readonly name: string }

const LONGEST_NAME = 1_024

/**
 * Where a path leads; undefined where it leads nowhere. No path reaches a disk: a name is data, and what lies under it is
 * looked up in the account.
 */
export function placeOf(path: string): Place | undefined {
  const [box, name, ...deeper] = fullPath(path).split('/').slice(1)
  if (box === '' && name === undefined) return { box: undefined }
  if ((box !== 'in' && box !== 'out') || deeper.length > 0) return undefined
  if (name === undefined) return { box, name }
  return name.includes('\0') || name.length > LONGEST_NAME ? undefined : { box, name }
}

/** A path as it is from the account's root. */
export const fullPath = (path: string): string => posix.resolve('/', path)
