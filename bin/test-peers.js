// `npm run test:peers`: tests against programs of other people, as Debian has them. Says by name what is missing, and fails.
import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { handOver } from './node24.js'

const peers = JSON.parse(readFileSync(new URL('./peers.json', import.meta.url), 'utf8'))
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']

/** Where a program is: named by its variable, or on the path. */
function find({ variable, program }) {
  const named = process.env[variable]
  const places = named ? [named] : folders.map((folder) => join(folder, program))
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK)
      return true
    } catch {
      return false // not here
    }
  })
}

const missing = peers.filter((peer) => {
  const place = find(peer)
  if (place) process.env[peer.variable] = place
  return !place
})
if (missing.length > 0) {
  for (const { name, program, package: debian } of missing)
    process.stderr.write(`MISSING: ${name} (${program}). On Debian: apt-get install ${debian}\n`)
  process.exit(1)
}

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
handOver(vitest, ['run', '--config', 'vitest.peers.config.ts', ...process.argv.slice(2)])
