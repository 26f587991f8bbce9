// `npm run test:long`: the same suite with the long forms: three minutes of faults, 20,000 store lists, 10,000 seeds.
import { fileURLToPath } from 'node:url'
import { handOver } from './node24.js'

const long = {
  CROSSDOCK_FAULT_MINUTES: '3',
  CROSSDOCK_SEEDS: '10000',
  CROSSDOCK_SWEEP: 'all',
  CROSSDOCK_RESTORE_ORDERS: '400',
  CROSSDOCK_UPGRADE_TURN_MS: '8000',
  CROSSDOCK_SAGAS: 'all',
  CROSSDOCK_STORE_KILLS: '20',
  CROSSDOCK_STORE_LISTS: '20000',
  CROSSDOCK_HISTORIES: '5000',
  CROSSDOCK_TEST_MEMBERS: '1000000',
  CROSSDOCK_OVERLOAD_SECONDS: '60',
  CROSSDOCK_OUTAGE: '100000',
  CROSSDOCK_SHELF: '1000000',
  CROSSDOCK_REPLAY_MESSAGES: '100000',
  CROSSDOCK_REPLAY_WAITING: '1000000',
}
for (const [name, value] of Object.entries(long)) process.env[name] ??= value

const paths = [
  'test/faults',
  'test/simulation',
  'test/store',
  'test/backup',
  'test/overload',
  'src/process',
  'src/inventory',
  'src/delivery',
  'src/cases',
  'src/replay',
]
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
handOver(vitest, ['run', '--testTimeout=7200000', ...(process.argv.length > 2 ? process.argv.slice(2) : paths)])
