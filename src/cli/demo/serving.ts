import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { HubDefinition } from '../../config/define-hub.ts'
import { http } from '../../connectors/http/index.ts'
import { openServer, type Server } from '../../hub/server.ts'
import type { Restored } from '../../store/postgres/installation.ts'
import { errors } from '../errors.ts'
import { simulatedBusiness } from '../landscape/acme.ts'
import { LANDSCAPE_FILE, portsFrom } from '../landscape/landscape-file.ts'
import { PORT } from '../settings.ts'
import { keyAnew, operatorKey } from './operator-key.ts'
import { restoredBusiness } from './restored-business.ts'

/** What a demo with a page is told. */
export interface ServingOptions {
  readonly port: number
  readonly data: string
  readonly seed: number
  readonly rate: number
  readonly say: (sentence: string) => void
}

const SYSTEMS = ['erp', 'wms1', 'wms2', 'shop', 'carrier', 'bigbox', 'homegoods', 'harbor'] as const

/**
 * Starts hub, embedded PostgreSQL and landscape, and prints one address. A database and a landscape that outlived a
 * killed hub are taken over; without its landscape the demo begins a new business in an emptied folder. A database that was
 * restored is opened as it is, without simulated systems: new ones would number their orders and shipments from one again.
 */
export async function serveDemo(options: ServingOptions): Promise<Server> {
  const { data, port, say } = options
  const alive = livingLandscape(data)
  if (alive) refuseAnotherPort(data, port)
  const restored = alive ? undefined : await restoredBusiness(data)
  if (restored) say(aboutRestored(restored))
  else if (!alive && existsSync(join(data, LANDSCAPE_FILE))) {
    const aside = await setAside(data)
    say(`The simulated systems of the last demo are gone; a new business begins. The old one is kept in ${aside}.`)
  }
  await mkdir(data, { recursive: true })
  const first = port + 10
  const consoleFolder = await builtConsole(say)
  const server = await openServer({
    definition: overHttp(simulatedBusiness({ name: 'acme', edi: true }), first),
    dataFolder: data,
    port,
    demo: true,
    supervised: true,
    ...(consoleFolder ? { consoleFolder } : {}),
    say,
    trouble: (what, error) => say(`${what}: ${error instanceof Error ? error.message : String(error)}`),
  })
  try {
    if (alive) say(`Taken over: the simulated systems (process ${alive}) went on without the hub.`)
    else if (!restored) await startLandscape(options, server, first)
    const key = await operatorKey(data, server.keys, server.hub.tenant)
    const where = port === PORT ? '' : ` CROSSDOCK_URL=${server.url}`
    say(`To work from a second terminal: export CROSSDOCK_KEY="$(cat '${key}')"${where}`)
    return server
  } catch (error) {
    if (!alive) await endLandscape(data)
    await server.close()
    throw error
  }
}

function aboutRestored({ backupAt }: Restored): string {
  const until = new Date(backupAt).toISOString()
  return `This business was restored and knows what was before ${until}. The simulated systems of its time are gone: it can be looked at and worked on, but nobody orders, and what is on its way waits. A new business begins in another folder: --data .crossdock/another.`
}

/** The process id of a landscape that runs; undefined when there is none. */
export function livingLandscape(data: string): number | undefined {
  const file = join(data, LANDSCAPE_FILE)
  if (!existsSync(file)) return undefined
  const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number }
  try {
    process.kill(pid, 0)
    return pid
  } catch (error) {
    if ((error as { code?: string }).code === 'ESRCH') return undefined
    throw error
  }
}

/** A landscape that outlived its hub calls that hub's address, and listens at ports beside it. */
export function refuseAnotherPort(data: string, port: number): void {
  const { hub } = JSON.parse(readFileSync(join(data, LANDSCAPE_FILE), 'utf8')) as { hub?: string }
  if (hub !== undefined && new URL(hub).port !== String(port)) throw errors.DEMO_PORT(hub)
}

/** Ends the landscape of a data folder. */
export async function endLandscape(data: string): Promise<void> {
  const pid = livingLandscape(data)
  if (pid !== undefined) process.kill(pid, 'SIGTERM')
}

/** Ends the old database and moves the folder out of the way; nothing is deleted. */
async function setAside(data: string): Promise<string> {
  const { startEmbedded } = await import('../../store/postgres/embedded.ts')
  const server = await startEmbedded({ dataFolder: data })
  await server.stop()
  const aside = `${data}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
  await rename(data, aside)
  return aside
}

function overHttp(definition: HubDefinition, first: number): HubDefinition {
  const ports = portsFrom(first)
  const systems = Object.fromEntries(
    Object.entries(definition.systems).map(([name, system]) => {
      const port = ports[name as keyof typeof ports]
      return [name, port ? { ...system, connector: http({ url: `http://127.0.0.1:${port}` }) } : system]
    }),
  )
  return { ...definition, systems }
}

async function startLandscape(options: ServingOptions, server: Server, first: number): Promise<void> {
  const keys: Record<string, string> = {}
  for (const system of SYSTEMS) {
    const scopes = ['in:write', 'orders:write', 'orders:read']
    keys[system] = await keyAnew(server.keys, server.hub.tenant, { name: system, system, scopes })
  }
  await writeFile(join(options.data, 'keys.json'), JSON.stringify(keys), { mode: 0o600 })
  const script = fileURLToPath(new URL('../landscape/process.ts', import.meta.url))
  const orders = { folder: options.data, hub: server.url, port: first, seed: options.seed, rate: options.rate }
  const child = spawn(process.execPath, [script, JSON.stringify(orders)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  child.unref()
  for (let waited = 0; livingLandscape(options.data) === undefined; waited += 50) {
    if (waited > 15_000 || child.exitCode !== null) {
      child.kill()
      throw errors.LANDSCAPE(first, first + 4)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function builtConsole(say: (sentence: string) => void): Promise<string | undefined> {
  const folder = fileURLToPath(new URL('../../../console/', import.meta.url))
  const build = join(folder, 'build.ts')
  if (!existsSync(build)) return undefined
  const { buildConsole } = (await import(build)) as {
    buildConsole: (ports: { log: (line: string) => void }) => Promise<void>
  }
  try {
    await buildConsole({ log: say })
  } catch (error) {
    say(
      `The console could not be built, so there is no page; the API works. ${error instanceof Error ? error.message : String(error)}`,
    )
    return undefined
  }
  return join(folder, 'dist')
}
