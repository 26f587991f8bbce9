/** Builds the console's pages, once for each state of its sources. */
import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const SOURCES = ['src', 'public', 'index.html', 'package.json', 'tsconfig.json', 'vite.config.ts', 'build.ts']
const MARK = 'built-from.txt'

/** The folder that holds the built pages: what the gateway serves. */
export const consoleFolder = join(HERE, 'dist')

export interface BuildConsoleOptions {
  /** Told in one sentence what happens; nothing is said when the pages are fresh. */
  readonly log: (sentence: string) => void
  /** Where the pages go; absent: `console/dist`. */
  readonly folder?: string
}

/**
 * Builds the console unless the pages there were built from exactly these sources. A hub that serves the folder
 * meanwhile never shows half a build: files with new names come first, the page that names them last.
 *
 * @example
 * await buildConsole({ log: (sentence) => process.stderr.write(`${sentence}\n`) })
 */
export async function buildConsole({ log, folder = consoleFolder }: BuildConsoleOptions): Promise<void> {
  const digest = await digestOfSources()
  if ((await builtFrom(folder)) === digest) return

  log('Building the console …')
  const fresh = join(folder, `building-${process.pid}`)
  try {
    await mkdir(fresh, { recursive: true })
    await bundleInto(fresh)
    await publish(fresh, folder)
    await writeFile(join(folder, MARK), digest)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

async function bundleInto(folder: string): Promise<void> {
  // Loaded only when there is something to build: a warm start does not pay for it.
  const [{ build }, { default: config }] = await Promise.all([import('vite'), import('./vite.config.ts')])
  await build({
    ...config,
    configFile: false,
    logLevel: 'warn',
    // What is built does not depend on the NODE_ENV of the hub that builds it: React's development half is twice as big.
    plugins: [],
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { runtime: 'automatic', development: false } },
    build: { ...config.build, outDir: folder, emptyOutDir: true },
  })
}

async function publish(fresh: string, folder: string): Promise<void> {
  const before = await filesBelow(join(folder, 'assets'))
  await cp(join(fresh, 'assets'), join(folder, 'assets'), { recursive: true })
  const others = (await readdir(fresh)).filter((name) => name !== 'assets' && name !== 'index.html')
  for (const name of [...others, 'index.html']) await rename(join(fresh, name), join(folder, name))
  const now = new Set(await filesBelow(join(fresh, 'assets')))
  for (const old of before.filter((name) => !now.has(name))) await rm(join(folder, 'assets', old))
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    const path = join(HERE, source)
    const names = source.includes('.') ? [''] : await filesBelow(path)
    for (const name of names) {
      hash
        .update(`${source}/${name}\0`)
        .update(await readFile(join(path, name)))
        .update('\0')
    }
  }
  return hash.digest('hex')
}

async function builtFrom(folder: string): Promise<string | undefined> {
  return readFile(join(folder, MARK), 'utf8').catch(unlessAbsent)
}

/** Files below a folder, by their path in it, in a fixed order; none when there is no such folder. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true }).catch(unlessAbsent)) ?? []
  const files = entries.filter((entry) => entry.isFile())
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort()
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
