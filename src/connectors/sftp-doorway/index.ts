import type { Rate } from '../../base/rate.ts'
import type { Connector } from '../contract.ts'
import { folder } from '../folder/index.ts'
import { foldersOf } from './account.ts'

export type { SftpAccount, SftpDoorway } from './account.ts'

/** Files that wait in a partner's account until it fetches them. */
export interface SftpOutOptions {
  /** The user of its account: `pushes.user`. */
  readonly user: string
  readonly concurrency?: number
  /** Most files, of all instances together: `'60 per minute'`. */
  readonly pace?: Rate
}

/**
 * Leaves each request as a file in `out/` of a partner's account at the hub's own SFTP doorway. It is done once it lies there;
 * whether the partner fetched it is told by its acknowledgement. Class B: what is there, or was fetched, can be seen.
 *
 * @example
 * definePartner({ pushes: { user: 'harbor', keys: ['ssh-ed25519 AAAA… harbor'] }, reach: sftpOut({ user: 'harbor' }) })
 */
export function sftpOut({ user, ...options }: SftpOutOptions): Connector {
  const { out, taken } = foldersOf(user)
  return { ...folder({ ...options, outbox: out, taken }), kind: 'sftp-out' }
}
