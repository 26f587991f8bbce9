import type { Secret } from '../../base/secret.ts'

/** The hub's own SFTP doorway, for partners that push. Absent: there is none. */
export interface SftpDoorway {
  /** 0 takes any that is free. */
  readonly port: number
  /** `127.0.0.1` unless told: whoever wants more puts it behind something that they trust, or says so here. */
  readonly host?: string
  /**
   * The private key the hub shows, as text. Absent: one is made once and kept in `sftp/host_key` below the data folder. Hubs
   * that stand in for each other need the same.
   */
  readonly hostKey?: Secret
  /** Largest file that is taken, in bytes; 50 MiB unless told. */
  readonly mostBytes?: number
}

/** A partner's account at the hub's own SFTP doorway: it uploads to `in/` and fetches from `out/`. */
export interface SftpAccount {
  readonly user: string
  /** Its public keys, each a line as in `authorized_keys`; several while one is being replaced. */
  readonly keys: readonly string[]
  /** Where a partner cannot use a key. */
  readonly password?: Secret
  /**
   * When a file is whole: once it is closed under a name that is not one of an unfinished file (`.part`, `.tmp`, a leading
   * point), or renamed to such a name: `close`, the default. `rename`: only once it is renamed.
   */
  readonly completes?: 'close' | 'rename'
}

/** Where an account's files lie, below the data folder. */
export interface AccountFolders {
  readonly out: string
  /** What it has fetched and removed. */
  readonly taken: string
  readonly unfinished: string
}

/** The folders of a user's account, below the data folder. */
export const foldersOf = (user: string): AccountFolders => ({
  out: `sftp/${user}/out`,
  taken: `sftp/${user}/taken`,
  unfinished: `sftp/${user}/unfinished`,
})
