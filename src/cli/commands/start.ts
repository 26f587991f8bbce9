import { flushCompileCache } from 'node:module'
import { resolve } from 'node:path'
import type { HubDefinition } from '../../config/define-hub.ts'
import { lint, secretsNamed } from '../../config/lint.ts'
import { openServer, type Server } from '../../hub/server.ts'
import { askedToEnd } from '../asked-to-end.ts'
import { errors } from '../errors.ts'
import { parentOf } from '../keep-running.ts'
import { CONFIG_FILE, loadConfig } from '../load-config.ts'
import { isSetIn, secretsIn } from '../secrets.ts'
import { type Place, type PlaceOptions, placeFrom } from '../settings.ts'
import type { ExitCode, Terminal } from '../terminal.ts'
import { findingText } from './lint.ts'

/** What `crossdock start` is told. */
export interface StartOptions extends PlaceOptions {
  readonly config?: string
  readonly json?: boolean
}

/**
 * `crossdock start`: opens the hub of a configuration and serves until it is asked to end. SIGTERM and SIGINT let what
 * is under way finish, hand the lanes back and close; a second later than that another one ends it at once. It runs below
 * a process that starts it again when it dies (`keep-running.ts`); without that process it closes, too.
 */
export async function start(options: StartOptions, terminal: Terminal): Promise<ExitCode> {
  const config = options.config ?? terminal.env['CROSSDOCK_CONFIG'] ?? CONFIG_FILE
  const definition = await loadConfig(config)
  const place = placeFrom(options, terminal.env)
  refuseFaulty(definition, config, terminal)
  refuseWithoutSecrets(definition, place, terminal)
  const server = await open(definition, place, terminal)
  const setupToken = await firstToken(server)
  const ended = askedToEnd() // before anybody hears that it is open, and may ask it to end
  const parent = parentOf(terminal.env)
  announce(server, setupToken, options, terminal)
  parent.opened()
  flushCompileCache() // a hub that will be killed writes nothing at its end
  await Promise.race([ended, parent.gone])
  terminal.say('Closing: finishing what is under way …')
  await server.close()
  return 0
}

/** Opens the server of a definition at a place. A database named in the configuration is used unless the place names one. */
export function open(definition: HubDefinition, place: Place, terminal: Terminal): Promise<Server> {
  const named = definition.journal?.postgres?.secret
  const secret = secretsIn(terminal.env)
  const databaseUrl = place.databaseUrl ?? (named === undefined ? undefined : secret(named))
  if (databaseUrl === undefined) {
    terminal.say(
      'The embedded PostgreSQL is for one machine; set DATABASE_URL for production (see “crossdock doctor --production”).',
    )
  }
  return openServer({
    definition,
    dataFolder: resolve(place.data),
    host: place.host,
    port: place.port,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    secret,
    supervised: true,
    say: terminal.say,
    trouble: (what, error) => terminal.say(`${what}: ${error instanceof Error ? error.message : String(error)}`),
  })
}

function refuseFaulty(definition: HubDefinition, config: string, terminal: Terminal): void {
  const findings = lint(definition, { now: Date.now() })
  for (const finding of findings) terminal.say(findingText(finding, terminal))
  const wrongs = findings.filter((finding) => finding.severity === 'error')
  if (wrongs.length > 0) throw errors.CONFIG_INVALID(config, wrongs.length)
}

/** A database that the place names needs no secret of the configuration. */
function refuseWithoutSecrets(definition: HubDefinition, place: Place, terminal: Terminal): void {
  const isSet = isSetIn(terminal.env)
  const needed = secretsNamed(definition).filter(
    ({ where }) => where !== 'journal.postgres' || place.databaseUrl === undefined,
  )
  const unset = [...new Set(needed.map(({ name }) => name))].filter((name) => !isSet(name))
  if (unset.length > 0) throw errors.SECRETS(...unset)
}

/** While nobody has a key, each start makes a token with which the first can be made. */
async function firstToken({ keys, hub }: Server): Promise<string | undefined> {
  const made = await keys.list(hub.tenant)
  return made.length > 0 ? undefined : keys.newSetupToken(hub.tenant)
}

function announce(server: Server, setupToken: string | undefined, options: StartOptions, terminal: Terminal): void {
  const { url, hub } = server
  if (options.json) {
    terminal.out(JSON.stringify({ url, pid: process.pid, hub: hub.tenant, ...(setupToken ? { setupToken } : {}) }))
    return
  }
  terminal.say(`${hub.tenant} is open. Hub process ${process.pid}; SIGTERM or Ctrl-C closes it.`)
  if (setupToken) {
    terminal.say(`There is no key yet. This token makes the first one, once, within 15 minutes:\n  ${setupToken}`)
    terminal.say(
      `  curl -s ${url}/v1/keys -H 'Authorization: Bearer ${setupToken}' \\\n    -H 'Content-Type: application/json' -d '{"name":"admin","scopes":["*"]}'`,
    )
  }
  terminal.out(url)
}
