import { posix } from 'node:path'
import { type Duration, durationMs } from '../../base/duration.ts'
import type { Rate } from '../../base/rate.ts'
import type { Connector, FileSource } from '../contract.ts'
import { Dropping } from '../remote-folder/dropping.ts'
import { remoteFiles } from '../remote-folder/remote-files.ts'
import type { FtpsHost } from './host.ts'
import { FtpsLine } from './line.ts'

/** A folder on a partner's server that we drop files into. */
export interface FtpsOptions extends FtpsHost {
  /** Where files are dropped. */
  readonly outbox: string
  /**
   * Where the other side moves what it has taken. With it the connector is of class B: what an attempt left behind can
   * be seen. Without it, it is of class C: what is no longer there may have been taken, and a person decides.
   */
  readonly taken?: string
  /** One file, from connecting to its name; 30 s unless told. */
  readonly timeout?: Duration
  /** Most files, of all instances together: `'60 per minute'`. */
  readonly pace?: Rate
}

/** A folder on a partner's server that we pick files up from. */
export interface FtpsFolderOptions extends FtpsHost {
  readonly folder: string
  /** How often it is looked at; 30 s unless told. */
  readonly every?: Duration
  /**
   * For so long a file must not have changed; 5 s unless told. X12 and EDIFACT that end with their trailer are taken at the
   * second look at which they have not changed.
   */
  readonly quietFor?: Duration
  /**
   * A file is whole when this one lies beside it, `.done`, and is not older; then nobody waits. Without it the file is left
   * alone. It goes where its file goes.
   */
  readonly marker?: string
  /** What becomes of a file that was taken in: moved into `done` beside it (the default), or deleted. */
  readonly afterwards?: 'move' | 'delete'
  /** Each exchange; 30 s unless told. */
  readonly timeout?: Duration
}

/**
 * Drops each request as one file on a partner's FTPS server, by the rules of SFTP: a temporary name, its size, then the name;
 * after a reply that was lost it looks before it sends again. Always encrypted, and the server's certificate is checked before
 * anybody signs in.
 *
 * @example
 * const bigBox = { host: 'files.bigbox.example', user: 'acme', password: secret('BIGBOX_PASSWORD') }
 * definePartner({ reach: ftps({ ...bigBox, outbox: '/in' }), pickUp: ftpsFolder({ ...bigBox, folder: '/out' }) })
 */
export function ftps(options: FtpsOptions): Connector {
  return {
    kind: 'ftps',
    deliveryClass: options.taken === undefined ? 'C' : 'B',
    batch: 1,
    concurrency: 1,
    timeoutMs: durationMs(options.timeout ?? '30s'),
    secrets: [options.password],
    ...(options.pace ? { pace: options.pace } : {}),
    open: async (ports) => {
      const line = new FtpsLine(options, ports)
      const dropping = new Dropping(line, options.outbox, options.taken)
      return {
        send: (requests, timeoutMs) => Promise.all(requests.map((request) => dropping.drop(request, timeoutMs))),
        ...(options.taken === undefined ? {} : { ask: (request, timeoutMs) => dropping.ask(request, timeoutMs) }),
        close: () => line.close(),
      }
    },
  }
}

/** Picks files up from a partner's FTPS server, by the rules of a folder on this machine. */
export function ftpsFolder(options: FtpsFolderOptions): FileSource {
  return {
    kind: 'ftps',
    everyMs: durationMs(options.every ?? '30s'),
    secrets: [options.password],
    ...(options.marker === undefined ? {} : { marker: options.marker }),
    ...(options.quietFor === undefined ? {} : { quietMs: durationMs(options.quietFor) }),
    open: (ports) =>
      remoteFiles(new FtpsLine(options, ports), {
        folder: posix.normalize(options.folder),
        deletes: options.afterwards === 'delete',
        timeoutMs: durationMs(options.timeout ?? '30s'),
      }),
  }
}
