// `npm run test:long`: the same suite with the long forms: three minutes of faults, 20,000 store lists, 10,000 seeds.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { handOver } from './node24.js'

/** What makes a test long, by the variable it reads; records go by it, too. */
const long = JSON.parse(readFileSync(new URL('./long-forms.json', import.meta.url), 'utf8'))
for (const [name, value] of Object.entries(long)) process.env[name] ??= value

const paths = [
  'test/faults',
  'test/simulation',
  'test/store',
  'test/backup',
  'test/overload',
  'src/edi',
  'src/documents/fuzz.test.ts',
  'test/cli/edi-stream.test.ts',
  'src/process',
  'src/inventory',
  'src/delivery',
  'src/cases',
  'src/replay',
]
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
handOver(vitest, ['run', '--testTimeout=7200000', ...(process.argv.length > 2 ? process.argv.slice(2) : paths)])
