import { expect, test } from 'vitest'
import { ROOT } from './declarations.ts'
import { placeOf, sourcesBelow } from './ladder.ts'

/** Places that touch the world: time, randomness and waiting are theirs to hand out. */
const OPEN = new Set(['connectors', 'gateway', 'hub', 'cli', 'simulators', 'checker'])

/** Files below them that may, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  'base/clock.ts': 'the real clock behind the port',
  'base/random.ts': 'the real randomness behind the port',
  'base/scheduler.ts': 'the real timers behind the port',
  'base/simulated-time.ts': 'lets what is ready run before simulated time goes on',
  'documents/map/jsonata-worker.ts': 'takes chance away from expressions',
  'store/postgres/embedded.ts': 'waits for a process of the operating system',
  'store/postgres/open-database.ts': 'waits for a process of the operating system',
}

const WORLD =
  /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bset(?:Timeout|Interval|Immediate)\b|\bperformance\.now\b|\brandom(?:UUID|Bytes|Int)\b|\btimers\/promises\b|\bfetch\(/

const touching = (text: string) =>
  text.split('\n').flatMap((line) => (/^\s*(\*|\/\/|\/\*)/.test(line) ? [] : (WORLD.exec(line) ?? []).slice(0, 1)))

test('rooms take time, randomness and waiting from their ports', () => {
  const rooms = [...sourcesBelow(`${ROOT}src/`)].filter(
    ([file]) => !OPEN.has(placeOf(file)) && !/\.test\.ts$|testing\/|under-test/.test(file),
  )
  expect(rooms.length).toBeGreaterThan(150)
  const found = rooms.flatMap(([file, text]) =>
    file in ALLOWED ? [] : touching(text).map((what) => `${file}: ${what}`),
  )
  expect(found).toEqual([])
})

test('whoever is allowed to still needs it', () => {
  const sources = sourcesBelow(`${ROOT}src/`)
  const idle = Object.keys(ALLOWED).filter(
    (file) => !/crypto/.test(sources.get(file) ?? '') && touching(sources.get(file) ?? '').length === 0,
  )
  expect(idle).toEqual([])
})

test.each([
  'const at = Date.now()',
  'setTimeout(run, 5)',
  'const one = Math.random()',
  "import { setTimeout as pause } from 'node:timers/promises'",
])('%s in a room would be found', (line) => {
  expect(touching(line)).toHaveLength(1)
  expect(touching(` * ${line}`)).toEqual([])
})
