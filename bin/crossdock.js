#!/usr/bin/env node
// The command `crossdock`: checks the Node version and hands over to the one that came with the packages if it must.
import { fileURLToPath } from 'node:url'
import { handOver, isNewEnough } from './node24.js'

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

if (isNewEnough()) {
  process.argv[1] = main
  await import('../src/cli/main.ts')
} else handOver(main, process.argv.slice(2))
