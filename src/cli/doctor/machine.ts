import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, resolve } from 'node:path'
import type { Terminal } from '../terminal.ts'
import { type Check, doubtful, healthy, ill } from './check.ts'

const LEAST_NODE = [24, 12] as const
const GIB = 1024 ** 3
const LEAST_BYTES = GIB
const GOOD_BYTES = 10 * GIB

/** The Node this runs under. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isEnough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])
  if (isEnough) return healthy('node', `Node ${version}.`)
  return ill(
    'node',
    `Node ${version} cannot run Crossdock.`,
    `Install Node ${LEAST_NODE.join('.')} or later, or run “npm ci”: it brings one.`,
  )
}

/** Whether the data folder can be written, by whom it is readable, and how much room there is. */
export function checkDataFolder(folder: string): Check[] {
  const full = resolve(folder)
  const place = nearestExisting(full)
  try {
    accessSync(place, constants.W_OK | constants.X_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return [
      ill(
        'data folder',
        `${full} cannot be written (${code}).`,
        'Give the hub’s user the folder, or name another with --data or CROSSDOCK_DATA.',
      ),
    ]
  }
  const rights = healthy(
    'data folder',
    existsSync(full) ? `${full} can be written.` : `${full} will be made at the first start.`,
  )
  return [rights, ...checkPassword(full), checkRoom(place)]
}

function nearestExisting(folder: string): string {
  return existsSync(folder) ? folder : nearestExisting(dirname(folder))
}

/** The embedded server's password lies in the data folder, for its owner only. */
function checkPassword(folder: string): Check[] {
  const file = resolve(folder, 'postgres.password')
  if (!existsSync(file) || process.platform === 'win32') return []
  const others = statSync(file).mode & 0o077
  if (others === 0) return [healthy('password file', 'Only its owner can read it.')]
  return [ill('password file', `${file} can be read by others.`, `chmod 600 ${file}`)]
}

function checkRoom(place: string): Check {
  const { bavail, bsize } = statfsSync(place)
  const free = bavail * bsize
  const says = `${(free / GIB).toFixed(1)} GiB free.`
  const remedy = 'Make room, or put the data folder on a larger disk: a full disk stops the hub.'
  if (free < LEAST_BYTES) return ill('disk', says, remedy)
  return free < GOOD_BYTES ? doubtful('disk', says, remedy) : healthy('disk', says)
}

/** Whether the port is free, or a hub answers there already. */
export async function checkPort(host: string, port: number, terminal: Pick<Terminal, 'fetch'>): Promise<Check> {
  const where = `${host}:${port}`
  const code = await triedToListen(host, port)
  if (code === undefined) return healthy('port', `${where} is free.`)
  const remedy = 'End what listens there, or choose another port with --port or CROSSDOCK_PORT.'
  if (code !== 'EADDRINUSE') return ill('port', `${where} cannot be listened on (${code}).`, remedy)
  if (await answersLikeHub(host, port, terminal)) {
    const running =
      'Nothing to do if it is the hub you mean; a second one needs another port: --port or CROSSDOCK_PORT.'
    return doubtful('port', `${where} is taken: a hub runs there already.`, running)
  }
  return ill('port', `Another program listens on ${where}.`, remedy)
}

function triedToListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
}

async function answersLikeHub(host: string, port: number, terminal: Pick<Terminal, 'fetch'>): Promise<boolean> {
  try {
    const response = await terminal.fetch(`http://${host}:${port}/livez`, { signal: AbortSignal.timeout(2_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false // it speaks no HTTP, or too slowly: it is no hub
  }
}
