#!/usr/bin/env node
// The command `crossdock`: checks the Node version and hands over to the one that came with the packages if it must.
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { handOver, isNewEnough } from './node24.js'

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

// What Node made of the sources is kept beside the packages: a hub that was killed is back with half the work.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('../node_modules/.cache/crossdock', import.meta.url))

if (isNewEnough()) {
  module.enableCompileCache(process.env['NODE_COMPILE_CACHE'])
  process.argv[1] = main
  await import('../src/cli/main.ts')
} else handOver(main, process.argv.slice(2))
