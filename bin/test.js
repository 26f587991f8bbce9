// `npm test`: the whole suite under the Node that came with the packages; needs nothing but npm.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { handOver } from './node24.js'

const corpus = new URL('../../shared/corpus/', import.meta.url)
if (!existsSync(corpus)) {
  process.on('exit', () => {
    process.stdout.write('\nNOT RUN: the tests over the corpus of real documents (../shared/corpus is absent).\n')
  })
}

handOver(fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url)), [
  'run',
  ...process.argv.slice(2),
])
