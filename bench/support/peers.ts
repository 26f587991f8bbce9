import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { isInstalled } from '../chain/peer-module.ts'
import { say } from './say.ts'

const FOLDER = join(import.meta.dirname, '../peers')

/** Installs the peers when one of them is missing. Where that fails they are reported as absent. */
export function installPeers(names: readonly string[]): void {
  if (names.every(isInstalled)) return
  say('Installing the peers in bench/peers …')
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 120_000,
  })
  if (status !== 0) say('The peers could not be installed; they are reported as absent.')
}
