import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url))
const COPIED = ['bin', 'src', 'sql', 'console', 'package.json', 'tsconfig.json']
const LONGEST_MS = 90_000

/** A copy of the checkout as `npm ci` leaves it: nothing built, no data. */
export interface InstalledCheckout {
  readonly folder: string
  readonly dataFolder: string
  remove(): Promise<void>
}

/** Copies the sources beside the installed packages. */
export async function installedCheckout(): Promise<InstalledCheckout> {
  const folder = await mkdtemp(join(tmpdir(), 'crossdock-start-'))
  const filter = (source: string) => !['node_modules', 'dist'].includes(basename(source))
  for (const name of COPIED) await cp(join(CHECKOUT, name), join(folder, name), { recursive: true, filter })
  await symlink(join(CHECKOUT, 'node_modules'), join(folder, 'node_modules'))
  const dataFolder = join(folder, 'demo-data')
  return {
    folder,
    dataFolder,
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  }
}

/** A running `npm start`. */
export interface Demo {
  /** The hub's own process, not npm's. */
  readonly hub: number
  /** From the command until the page and the health check both answered. */
  readonly seconds: number
  readonly hasPage: boolean
  readonly ended: Promise<void>
}

/** Runs `npm start` and waits until a person could use it. */
export async function startDemo(checkout: InstalledCheckout, port: number): Promise<Demo> {
  const began = performance.now()
  const args = ['start', '--silent', '--', '--data', checkout.dataFolder, '--port', String(port)]
  const { DATABASE_URL: _, ...environment } = process.env
  const child = spawn('npm', args, { cwd: checkout.folder, env: environment, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const told = hubProcessOf(child)
  const url = `http://127.0.0.1:${port}`
  while (!(await answers(`${url}/readyz`))) {
    if (child.exitCode !== null) throw new Error(`npm start ended with code ${child.exitCode}: ${told.text()}`)
    if (performance.now() - began > LONGEST_MS) throw new Error(`npm start is not ready: ${told.text()}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const hasPage = await answers(`${url}/`)
  const seconds = (performance.now() - began) / 1_000
  return { hub: await told.hub, seconds, hasPage, ended }
}

/** The demo says which process its hub is. */
function hubProcessOf(child: ChildProcess) {
  let text = ''
  const hub = new Promise<number>((resolve) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = /Hub process (\d+)/.exec(text)
      if (found) resolve(Number(found[1]))
    })
  })
  return { hub, text: () => text }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await response.arrayBuffer()
    return response.status === 200
  } catch {
    return false // nobody listens yet
  }
}

/** The database server of a demo, from its own file. */
export function databaseProcess(checkout: InstalledCheckout): number | undefined {
  return firstNumberIn(join(checkout.dataFolder, 'postgres/postmaster.pid'), /^(\d+)/)
}

/** Ends whatever of a demo still runs: systems, then database. The hub is ended by whoever started it. */
export async function endRest(checkout: InstalledCheckout): Promise<number> {
  const landscape = firstNumberIn(join(checkout.dataFolder, 'landscape.json'), /"pid":\s*(\d+)/)
  const left = [landscape, databaseProcess(checkout)].filter((pid) => pid !== undefined && isAlive(pid)) as number[]
  for (const pid of left) process.kill(pid, 'SIGTERM')
  for (let waited = 0; left.some(isAlive) && waited < 100; waited += 1) await new Promise((go) => setTimeout(go, 100))
  return left.length
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}

function firstNumberIn(file: string, pattern: RegExp): number | undefined {
  const found = existsSync(file) ? pattern.exec(readFileSync(file, 'utf8')) : null
  return found ? Number(found[1]) : undefined
}
