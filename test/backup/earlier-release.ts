/** The release before this one, taken out of the repository's history, to be run beside it. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The commit that was the last one before files of `sql/` were added, and the number of its last one. */
export const EARLIER = { commit: '7d22213a61b5f6d3b382e9826c04d9ca8f46c050', migrations: 7 }

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Whether the clone holds that commit; a shallow one does not. */
export function hasEarlierRelease(): boolean {
  try {
    execFileSync('git', ['-C', root, 'cat-file', '-e', `${EARLIER.commit}^{commit}`], { stdio: 'ignore' })
    return true
  } catch {
    return false // no git, or a history that does not reach so far
  }
}

/** Lays the earlier release out in a folder and answers the script of its hub process. */
export function layOutEarlierRelease(folder: string): string {
  mkdirSync(folder)
  const archive = execFileSync(
    'git',
    ['-C', root, 'archive', '--format=tar', EARLIER.commit, 'src', 'sql', 'test', 'package.json'],
    {
      maxBuffer: 256 << 20,
    },
  )
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return join(folder, 'test/faults/hub-process.ts')
}
