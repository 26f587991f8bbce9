import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isClean, runFaults } from './run.ts'
import type { Schedule } from './schedule.ts'

/** Room for an empty cluster and a little work; a WAL segment has 16 MB. */
const SIZE = '192m'
const SETTINGS = { min_wal_size: '32MB', max_wal_size: '48MB', shared_buffers: '32MB' }
let folder: string
let whyNot: string | undefined

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossdock-full-'))
  whyNot = mount(folder)
  if (whyNot === undefined) await chmod(folder, 0o755)
})
afterAll(async () => {
  if (whyNot === undefined) execFileSync('umount', [folder])
  await rm(folder, { recursive: true, force: true })
})

/** Puts a small file system there; says why it cannot where it cannot. */
function mount(at: string): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'only root on Linux can mount a small file system'
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', at], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    return `a small file system cannot be mounted here: ${String((error as { stderr?: Buffer }).stderr)}`
  }
}

/** Once in `npm test`, three times in the long form. */
const TIMES = process.env['CROSSDOCK_FAULT_MINUTES'] ? 3 : 1
const schedule: Schedule = {
  seed: 9,
  minutes: (TIMES * 6_000 + 2_000) / 60_000,
  loadMs: TIMES * 6_000 + 2_000,
  orders: TIMES * 60 + 20,
  faults: Array.from({ length: TIMES }, (_, at) => ({
    nth: at + 1,
    atMs: 2_000 + at * 6_000,
    kind: 'F9',
    form: 'disk full',
    on: 'postgres',
    forMs: 2_500,
  })),
}

test('the disk of the database is full for a while: nothing that was accepted is lost', {
  timeout: 240_000,
}, async (context) => {
  if (whyNot !== undefined) {
    process.stdout.write(`NOT RUN: disk full (F9): ${whyNot}\n`)
    return context.annotate(`not run: ${whyNot}`)
  }
  const said: string[] = []
  const database = { folder: join(folder, 'database'), settings: SETTINGS }
  const result = await runFaults({ schedule, database, say: (line) => said.push(line) })
  expect({ clean: isClean(result), result }, said.join('\n')).toMatchObject({ clean: true })
  expect(result.faults, said.join('\n')).toBeGreaterThanOrEqual(1)
  expect(result.orders).toBeGreaterThan(20)
})
