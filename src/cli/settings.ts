import { errors } from './errors.ts'
import { portFrom } from './port.ts'
import type { Terminal } from './terminal.ts'

/** Port of the API and the console when nobody says. */
export const PORT = 7420

/** What `start` and `doctor` are told about where the hub lives; what is absent comes from the environment. */
export interface PlaceOptions {
  readonly port?: string
  readonly host?: string
  readonly data?: string
  readonly databaseUrl?: string
}

/** Where a hub listens and keeps its data. */
export interface Place {
  readonly host: string
  readonly port: number
  readonly data: string
  /** Absent: the embedded server below `data`. */
  readonly databaseUrl?: string
}

/** Options before environment before defaults: `CROSSDOCK_HOST`, `CROSSDOCK_PORT`, `CROSSDOCK_DATA`, `DATABASE_URL`. */
export function placeFrom(options: PlaceOptions, env: Terminal['env']): Place {
  const port = options.port ?? env['CROSSDOCK_PORT']
  const databaseUrl = options.databaseUrl ?? env['DATABASE_URL']
  return {
    host: options.host ?? env['CROSSDOCK_HOST'] ?? '127.0.0.1',
    port: port === undefined || port === '' ? PORT : portFrom(options.port ? '--port' : 'CROSSDOCK_PORT', port),
    data: options.data ?? env['CROSSDOCK_DATA'] ?? '.crossdock/data',
    ...(databaseUrl ? { databaseUrl } : {}),
  }
}

/** Where a running hub is found: what was said, `CROSSDOCK_URL`, or this machine. Without a slash at the end. Throws `XD_CLI_URL`. */
export function hubUrl(said: string | undefined, env: Terminal['env']): string {
  const url = said ?? env['CROSSDOCK_URL'] ?? `http://127.0.0.1:${env['CROSSDOCK_PORT'] || PORT}`
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw errors.URL(url)
  return url.replace(/\/+$/, '')
}
