/** How each fault is made to happen, and the proof that it bit: a fault that did not bite is not counted. */
import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { seededRandom } from '../../src/base/random.ts'
import { goodManners, type Misbehaviour } from '../../src/simulators/misbehaviour.ts'
import type { FaultProxy, Harm, Trouble } from '../support/fault-proxy.ts'
import { againstTheSchema, type BadBody, megabyte, poison } from './bad-bodies.ts'
import type { Hubs } from './hubs.ts'
import type { MailForm } from './rough-mail.ts'
import type { PlannedFault } from './schedule.ts'
import type { Town } from './town.ts'
import { SYSTEMS, type SystemName } from './town-words.ts'

/** Everything a fault can be done to. */
export interface Bench {
  readonly seed: number
  readonly hubs: Hubs
  readonly town: Town
  /** Edges by name: `sender→hub0`, `hub→erp`, `hub0→postgres`. */
  readonly edges: ReadonlyMap<string, FaultProxy>
  /** The hubs' own addresses, past every proxy. */
  readonly hubUrls: readonly string[]
  readonly tokens: Readonly<Record<string, string>>
  readonly databaseUrl: string
  /** Kills the server and starts it again after a while; the new process. */
  killDatabase(downMs: number): Promise<{ readonly before: number; readonly after: number }>
  /** Leaves no byte free beside the database for a while; what the server said about it. */
  fillDisk(forMs: number): Promise<string | undefined>
  /** Listens to what the server writes into its log from now on. */
  hearDatabase(): (pattern: RegExp) => readonly string[]
  /** Listens to what the hubs say of what goes wrong from now on. */
  hearHubs(): (pattern: RegExp) => readonly string[]
  /** What must never happen whatever the fault: it fails the run. */
  readonly findings: string[]
}

/** What came of a fault. */
export interface Struck {
  /** What shows that it bit; undefined: it did not. */
  readonly proof: string | undefined
  /** The hub that was hit; a probe goes through it. */
  readonly hub?: number
  /** When recovering began: when it struck where the repair is part of it, else when it was over. */
  readonly since: 'strike' | 'heal'
}

const LEASE_MS = 10_000
const PREFIX = 'crossdock/'

/** What a fault lays hands on: two that share something come one after the other. */
export function resourcesOf({ kind, on }: PlannedFault): readonly string[] {
  if (on === 'both hubs') return ['hub0', 'hub1']
  if (kind === 'F4' && on.endsWith('→postgres')) return [on, 'postgres']
  if (on === 'all targets')
    return kind === 'F5' ? SYSTEMS.map((system) => `hub→${system}`) : SYSTEMS.map((system) => `system ${system}`)
  if (kind === 'F12' || kind === 'F13') return []
  if (kind === 'F7' && on === 'shop') return []
  if (on === 'the latest orders') return []
  if (kind === 'F9') return ['postgres']
  if (kind === 'F15') return [`files of ${on}`]
  if (kind === 'F6' || kind === 'F7' || kind === 'F18' || kind === 'F19') return [`system ${on}`]
  return [on]
}

/** Makes the fault happen and heals it. */
export function strike(fault: PlannedFault, bench: Bench): Promise<Struck> {
  switch (fault.kind) {
    case 'F1':
      return killHub(fault, bench)
    case 'F2':
      return stopHub(fault, bench)
    case 'F3':
      return killDatabase(fault, bench)
    case 'F4':
      return tearSession(fault, bench)
    case 'F5':
      return fault.form === 'swizzle' ? swizzle(fault, bench) : afflictEdge(fault, bench)
    case 'F6':
      return misbehave(fault, bench, [fault.on as SystemName], mannersOf(fault.form))
    case 'F7':
      return fault.form === 'orders repeated' ? repeatOrders(fault, bench) : misreport(fault, bench)
    case 'F8':
      return moveClock(fault, bench)
    case 'F10':
      return fault.form.startsWith('forty') ? manyBodies(fault, bench) : largeBody(fault, bench)
    case 'F12':
      return badBodies(poison, fault, bench)
    case 'F13':
      return badBodies(againstTheSchema, fault, bench)
    case 'F14':
      return throttle(fault, bench)
    case 'F15':
      return spoilFiles(fault, bench)
    case 'F16':
      return fault.form === 'rolling restart' ? rollingRestart(bench) : rollingUpgrade(bench)
    case 'F9':
      return fillDisk(fault, bench)
    case 'F18':
      return pauseRoute(fault, bench)
    case 'F19':
      return operate(fault, bench)
  }
}

const hubOf = (name: string): number => Number(/hub(\d)/.exec(name)?.[1] ?? 0)
const processOf = (bench: Bench, hub: number): number => bench.hubs.processes[hub]?.pid as number

async function killHub({ on, forMs }: PlannedFault, bench: Bench): Promise<Struck> {
  const hub = hubOf(on)
  const before = processOf(bench, hub)
  const signal = await bench.hubs.kill(hub)
  await pause(forMs)
  await bench.hubs.start(hub)
  const proof =
    signal === 'SIGKILL' ? `${before} ended by ${signal}, ${processOf(bench, hub)} took its place` : undefined
  return { proof, hub, since: 'strike' }
}

async function stopHub({ on, forMs }: PlannedFault, bench: Bench): Promise<Struck> {
  const hub = hubOf(on)
  const child = bench.hubs.processes[hub]
  child?.kill('SIGSTOP')
  await pause(forMs)
  const state = stateOf(processOf(bench, hub))
  const owned = forMs > LEASE_MS ? await lanesOf(bench, processOf(bench, hub)) : undefined
  child?.kill('SIGCONT')
  const fenced = owned === undefined ? '' : `; ${owned} of its lanes were left to it`
  return { proof: state === 'T' ? `stood still for ${forMs} ms${fenced}` : undefined, hub, since: 'heal' }
}

/** The state letter of a process: `T` is stopped. */
function stateOf(pid: number): string | undefined {
  return /\) (\w) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
}

/** How many lanes an instance holds; undefined while the database cannot say. */
async function lanesOf(bench: Bench, pid: number): Promise<number | undefined> {
  const rows = await ask(bench, `select count(*)::int as n from lane where owner like $1`, [`%-${pid}-%`])
  return rows?.[0]?.['n'] as number | undefined
}

async function killDatabase({ forMs }: PlannedFault, bench: Bench): Promise<Struck> {
  const { before, after } = await bench.killDatabase(forMs)
  return { proof: before === after ? undefined : `postmaster ${before} killed, ${after} recovered`, since: 'strike' }
}

async function tearSession(fault: PlannedFault, bench: Bench): Promise<Struck> {
  switch (fault.form) {
    case 'sessions terminated':
      return terminate(fault, bench)
    case 'cut after COMMIT, before its reply':
      return cutAfterCommit(fault, bench)
    case 'serialization errors':
      return serialize(fault, bench)
    case 'locks held by an idle transaction':
      return { proof: await holdLocks(fault.forMs, bench), since: 'heal' }
    default:
      return { proof: await deadlock(bench), since: 'heal' }
  }
}

async function terminate({ on }: PlannedFault, bench: Bench): Promise<Struck> {
  const hub = hubOf(on)
  const count = (await endSessions(bench, `${PREFIX}${processOf(bench, hub)}/%`)) ?? 0
  return { proof: count > 0 ? `${count} server processes of the hub ended` : undefined, hub, since: 'strike' }
}

/** How many server processes of connections with such a name were ended; undefined while the database is away. */
async function endSessions(bench: Bench, names: string): Promise<number | undefined> {
  const rows = await ask(
    bench,
    `select count(*) filter (where ended)::int as n
       from (select pg_terminate_backend(pid) as ended from pg_stat_activity where application_name like $1) as them`,
    [names],
  )
  return rows?.[0]?.['n'] as number | undefined
}

/**
 * For a while every transaction of both hubs is serializable. Lanes keep the hubs out of each other's way, so that the
 * server finds little to object to by itself: somebody beside them writes their lanes' rows, too.
 */
async function serialize({ forMs }: PlannedFault, bench: Bench): Promise<Struck> {
  const heard = bench.hearDatabase()
  await setIsolation(bench, `= 'serializable'`)
  for (const until = performance.now() + forMs; performance.now() < until; await pause(200)) await writeLanes(bench)
  await setIsolation(bench, 'to default')
  const said = heard(/could not serialize access.*/g)
  return {
    proof: said.length > 0 ? `${said.length} times: ${[...new Set(said)].join('; ')}` : undefined,
    since: 'heal',
  }
}

/** Writes what is there into every other lane's row, and commits as soon as a hub waits for one of them. */
async function writeLanes(bench: Bench): Promise<void> {
  await withSession(bench, async (client) => {
    await client.query('begin isolation level read committed')
    await client.query('update lane set owner = owner where lane % 2 = 0')
    for (const until = performance.now() + 1_000; performance.now() < until; await pause(20)) {
      if ((await blockedBy(bench, client)) > 0) break
    }
    await client.query('commit')
  })
}

/** It holds for sessions that begin; so those that are there end. Whatever else is going on: it is done in the end. */
async function setIsolation(bench: Bench, to: string): Promise<void> {
  const name = new URL(bench.databaseUrl).pathname.slice(1)
  for (let tries = 0; tries < 120; tries += 1) {
    const done = await ask(bench, `alter database ${name} set default_transaction_isolation ${to}`, [])
    if (done && (await endSessions(bench, `${PREFIX}%`)) !== undefined) return
    await pause(500)
  }
  bench.findings.push(`the isolation of transactions could not be set ${to}`)
}

/** The statement that ends a turn, as it is bound on the wire, and the answer that must not come through. */
const COMMIT = Buffer.from('\0commit\0')
const COMMITTED = Buffer.from('COMMIT\0')

async function cutAfterCommit({ on }: PlannedFault, bench: Bench): Promise<Struck> {
  const cut = await bench.edges.get(on)?.cutAfter(COMMIT, COMMITTED, 4_000)
  const proof = cut ? `COMMIT was done; ${cut.withheld.length} bytes of answer withheld, connection reset` : undefined
  return { proof, hub: hubOf(on), since: 'strike' }
}

async function holdLocks(forMs: number, bench: Bench): Promise<string | undefined> {
  return withSession(bench, async (client) => {
    await client.query('begin')
    await client.query('select from lane where lane % 2 = 0 order by lane for update')
    let waited = 0
    for (const until = performance.now() + forMs; performance.now() < until; await pause(100)) {
      waited = Math.max(waited, await blockedBy(bench, client))
    }
    await client.query('rollback')
    return waited > 0 ? `${waited} hubs waited for locks of an idle transaction for up to ${forMs} ms` : undefined
  })
}

/** Holds the later lanes, waits until a turn holds earlier ones and wants these, and then wants those. */
async function deadlock(bench: Bench): Promise<string | undefined> {
  return withSession(bench, async (client) => {
    await client.query(`set deadlock_timeout = '20s'`) // the other one shall find it, and be the one to give up
    const before = await deadlocks(bench)
    await client.query('begin')
    await client.query('select from lane where lane % 128 >= 48 order by lane for update')
    for (const until = performance.now() + 3_000; performance.now() < until; await pause(20)) {
      if ((await blockedBy(bench, client)) > 0) break
    }
    await client.query('select from lane order by lane for update')
    await client.query('rollback')
    await pause(1_000) // the server's counters come a moment later
    const count = (await deadlocks(bench)) - before
    return count > 0 ? `${count} turns were given up by the server: deadlock` : undefined
  })
}

async function deadlocks(bench: Bench): Promise<number> {
  const rows = await ask(
    bench,
    'select deadlocks::int as n from pg_stat_database where datname = current_database()',
    [],
  )
  return Number(rows?.[0]?.['n'] ?? 0)
}

async function blockedBy(bench: Bench, client: pg.Client): Promise<number> {
  const pid = (client as unknown as { processID: number }).processID
  const rows = await ask(
    bench,
    'select count(*)::int as n from pg_stat_activity where application_name like $2 and $1 = any (pg_blocking_pids(pid))',
    [pid, `${PREFIX}%`],
  )
  return Number(rows?.[0]?.['n'] ?? 0)
}

async function afflictEdge({ form, on, forMs, nth }: PlannedFault, bench: Bench): Promise<Struck> {
  const edge = bench.edges.get(on) as FaultProxy
  edge.afflict(troubleOf(form, on, nth))
  await pause(forMs)
  return { proof: told(edge.heal()), since: 'heal', ...(/hub\d/.test(on) ? { hub: hubOf(on) } : {}) }
}

function troubleOf(form: string, on: string, nth: number): Trouble {
  switch (form) {
    case 'latency':
      return { kind: 'latency', ms: on.endsWith('postgres') ? 20 + (nth % 4) * 10 : 200 + (nth % 5) * 150 }
    case 'slow':
      return { kind: 'slow', bytesPerSecond: 1_024 }
    case 'truncate':
      return { kind: 'truncate', afterBytes: 20 + ((nth * 37) % 400) }
    case 'reset':
    case 'black hole':
    case 'clog':
    case 'half open':
      return { kind: form }
    default:
      throw new Error(`there is no trouble "${form}"`)
  }
}

function told({ connectionsReset, bytesHeld, bytesDropped }: Harm): string | undefined {
  const parts = [
    connectionsReset > 0 ? `${connectionsReset} connections reset` : '',
    bytesHeld > 0 ? `${bytesHeld} bytes held back` : '',
    bytesDropped > 0 ? `${bytesDropped} bytes swallowed` : '',
  ].filter((part) => part !== '')
  return parts.length > 0 ? parts.join(', ') : undefined
}

/** Clogs all targets one after another and opens them in another order. */
async function swizzle({ forMs, nth }: PlannedFault, bench: Bench): Promise<Struck> {
  const random = seededRandom(bench.seed + nth)
  const all = SYSTEMS.map((system) => bench.edges.get(`hub→${system}`) as FaultProxy)
  for (const edge of all) {
    edge.afflict({ kind: 'clog' })
    await pause(forMs / 10)
  }
  await pause(forMs / 2)
  let held = 0
  for (const [edge] of all.map((edge) => [edge, random.next()] as const).toSorted((a, b) => a[1] - b[1])) {
    held += edge.heal().bytesHeld
    await pause(forMs / 10)
  }
  return { proof: held > 0 ? `${held} bytes held back` : undefined, since: 'heal' }
}

function mannersOf(form: string): Partial<Misbehaviour> {
  if (form === 'down') return { down: true }
  if (form === 'slow') return { slow: 0.7, slowMs: 2_600 }
  // Slow enough that requests wait for a call and go together, quick enough to be answered in time.
  if (form === 'partialBatch') return { partialBatch: 1, slow: 1, slowMs: 1_000 }
  return { [form]: 0.5 }
}

async function misbehave(
  { forMs }: Pick<PlannedFault, 'forMs'>,
  bench: Bench,
  systems: readonly SystemName[],
  as: Partial<Misbehaviour>,
): Promise<Struck> {
  const before = await bench.town.status()
  await bench.town.misbehave(systems, as)
  await pause(forMs)
  await bench.town.misbehave(systems, goodManners)
  const after = await bench.town.status()
  // Slow answers are no rows of their own: alone, they bit when something was sent meanwhile.
  const slow = as.slow === undefined || as.partialBatch ? 0 : after.rows - before.rows
  const bites = systems.reduce(
    (sum, system) => sum + biteCount(after.bites, system) - biteCount(before.bites, system),
    slow,
  )
  return { proof: bites > 0 ? `${bites} requests or reports were hit` : undefined, since: 'heal' }
}

function biteCount(bites: Readonly<Record<string, number>>, system: string): number {
  return Object.entries(bites).reduce((sum, [name, count]) => (name.startsWith(`${system} `) ? sum + count : sum), 0)
}

function misreport(fault: PlannedFault, bench: Bench): Promise<Struck> {
  const as: Partial<Misbehaviour> =
    fault.form === 'reports duplicated'
      ? { duplicateReports: 0.4 }
      : fault.form === 'reports reordered'
        ? { reorderReports: 0.4 }
        : { lateReports: 0.3, lateMs: 6_000 }
  return misbehave(fault, bench, [fault.on as SystemName], as)
}

/** Orders that were taken long ago or just now come again, 2 to 50 times at once, and once with another body. */
async function repeatOrders({ forMs }: PlannedFault, bench: Bench): Promise<Struck> {
  const found = await bench.town.repeat(3, forMs)
  if (found.differing > 0) bench.findings.push(`${found.differing} answers to repeated keys named another order`)
  if (found.wrongBodiesTaken > 0)
    bench.findings.push(`${found.wrongBodiesTaken} other bodies were taken under an old key`)
  const proof = found.answered > 0 ? `${found.sent} repeats of 3 orders, ${found.answered} answered alike` : undefined
  return { proof, since: 'heal' }
}

function throttle(fault: PlannedFault, bench: Bench): Promise<Struck> {
  const retryAfterForm = fault.form.slice(5) as Misbehaviour['retryAfterForm']
  return misbehave(fault, bench, SYSTEMS, { throttle429: 1, retryAfterSeconds: 1, retryAfterForm })
}

const OFFSETS: Readonly<Record<string, number>> = {
  'an hour ahead': 3_600_000,
  'an hour behind': -3_600_000,
  'a day ahead': 86_400_000,
  'a day behind': -86_400_000,
  'five minutes ahead': 300_000,
}

/** One hub's clock only: the other one, the targets and the database keep theirs. */
async function moveClock({ on, form, forMs }: PlannedFault, bench: Bench): Promise<Struck> {
  const hub = hubOf(on)
  const before = await bench.town.status()
  const off = await bench.hubs.moveClock(hub, OFFSETS[form] as number)
  await pause(forMs)
  const taken = (await bench.town.status()).accepted - before.accepted
  await bench.hubs.moveClock(hub, 0)
  const bit = Math.abs(off) > 60_000 && taken > 0
  return {
    proof: bit ? `its clock was off by ${off} ms while ${taken} orders were taken` : undefined,
    hub,
    since: 'heal',
  }
}

/** A body of 50 MB, without a length in front, into a hub that has 256 MB. */
async function largeBody({ on }: PlannedFault, bench: Bench): Promise<Struck> {
  const hub = hubOf(on)
  const pid = processOf(bench, hub)
  const { status, sent } = await pour(`${bench.hubUrls[hub]}/in/wms1`, bench.tokens['wms1'] as string, 50 << 20)
  if (status >= 200 && status < 300) bench.findings.push('a body of 50 MB was taken')
  const isSame = processOf(bench, hub) === pid
  return { proof: isSame && sent > 0 ? `answered ${status} after ${sent} bytes` : undefined, hub, since: 'heal' }
}

const BODIES = 40

/** Forty bodies at once, each as large as a body may be, and none of them to be taken. */
async function manyBodies({ on }: PlannedFault, bench: Bench): Promise<Struck> {
  const hub = hubOf(on)
  const pid = processOf(bench, hub)
  const url = `${bench.hubUrls[hub]}/in/wms1`
  const statuses = await Promise.all(Array.from({ length: BODIES }, () => hand(url, bench.tokens['wms1'] as string)))
  const taken = statuses.filter((status) => status >= 200 && status < 300).length
  if (taken > 0) bench.findings.push(`${taken} bodies of no known type were taken`)
  if (statuses.includes(500)) bench.findings.push('a body of a megabyte was answered 500')
  const refused = statuses.filter((status) => status >= 400).length
  const isSame = processOf(bench, hub) === pid
  return { proof: isSame && refused > 0 ? `${refused} of ${BODIES} answered with a no` : undefined, hub, since: 'heal' }
}

/** The answer is heard although it comes before the body is read, and the rest of it is not wanted. */
function hand(url: string, token: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': megabyte.length,
    }
    const request = httpRequest(url, { method: 'POST', headers, timeout: 10_000 }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', () => resolve(0)) // no answer is no yes
    request.on('timeout', () => request.destroy())
    request.end(megabyte)
  })
}

function pour(url: string, token: string, size: number): Promise<{ status: number; sent: number }> {
  return new Promise((resolve) => {
    const chunk = Buffer.alloc(64 << 10, 'x')
    let sent = 0
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const request = httpRequest(url, { method: 'POST', headers, timeout: 10_000 }, (response) => {
      response.resume()
      request.destroy()
      resolve({ status: response.statusCode ?? 0, sent })
    })
    request.on('error', () => resolve({ status: 0, sent }))
    request.on('timeout', () => request.destroy())
    const more = () => {
      while (sent < size) {
        sent += chunk.length
        if (!request.write(chunk)) return void request.once('drain', more)
      }
      request.end()
    }
    request.write('{"x":"')
    more()
  })
}

async function badBodies(bodies: readonly BadBody[], { on }: PlannedFault, bench: Bench): Promise<Struck> {
  const hub = hubOf(on)
  let refused = 0
  const others: string[] = []
  for (const { name, path, as, body } of bodies) {
    const status = await post(`${bench.hubUrls[hub]}${path}`, bench.tokens[as] as string, body)
    if (status >= 200 && status < 300) bench.findings.push(`${name} was answered ${status}`)
    if (status >= 400 && status < 500) refused += 1
    else others.push(`${name}: ${status}`)
    // 500 would be a fault of ours; 503 and 429 are honest.
    if (status === 500) bench.findings.push(`${name} was answered 500`)
  }
  return {
    proof: refused > 0 ? [`${refused} of ${bodies.length} refused at the door`, ...others].join('; ') : undefined,
    hub,
    since: 'heal',
  }
}

async function post(url: string, token: string, body: string | Buffer): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': `poison-${crypto.randomUUID()}`,
      },
      body: typeof body === 'string' ? body : new Uint8Array(body),
      signal: AbortSignal.timeout(10_000),
    })
    await response.arrayBuffer()
    return response.status
  } catch {
    return 0 // cut off in the middle of it: no answer is no yes
  }
}

/** For a while something is wrong with the files between a retailer and the hubs, which all look into its folder. */
async function spoilFiles({ on, form, forMs }: PlannedFault, bench: Bench): Promise<Struck> {
  const heard = bench.hearHubs()
  const before = await bench.town.status()
  await bench.town.mail(form as MailForm)
  await pause(forMs)
  const waiting = form === 'cannot be dropped' ? (await listWaiting(bench, on)).length : 0
  await bench.town.mail()
  if (form === 'cannot be dropped')
    return { proof: waiting > 0 ? `${waiting} documents waited for the folder` : undefined, since: 'heal' }
  if (form === 'cannot be put aside') {
    const stuck = heard(/it was taken in but cannot be moved to done/g).length
    return { proof: stuck > 0 ? `${stuck} files were taken in and could not be moved` : undefined, since: 'heal' }
  }
  const name = `${on} ${form}`
  const bites = ((await bench.town.status()).bites[name] ?? 0) - (before.bites[name] ?? 0)
  return { proof: bites > 0 ? `${bites} files came like that` : undefined, since: 'heal' }
}

/** One hub after the other is asked to end and gives way to a new process, as an upgrade does it. */
async function rollingRestart(bench: Bench): Promise<Struck> {
  const codes: (number | null)[] = []
  for (const hub of [0, 1]) {
    codes.push(await bench.hubs.end(hub))
    await bench.hubs.start(hub)
  }
  if (codes.some((code) => code !== 0))
    bench.findings.push(`hubs that were asked to end did so with ${codes.join(', ')}`)
  return {
    proof: codes.includes(null) ? undefined : `both ended with ${codes.join(', ')} and were replaced`,
    since: 'strike',
  }
}

/** Migrations that are taken out of the list, as the way back to an earlier release does it, and applied again. */
const MIGRATIONS = 3

/**
 * A rolling upgrade: the first of the new processes brings the tables to the present while the other hub, which still is
 * the old one, works on them.
 */
async function rollingUpgrade(bench: Bench): Promise<Struck> {
  const taken = await ask(
    bench,
    'delete from migration where number > (select max(number) - $1 from migration) returning number',
    [MIGRATIONS],
  )
  const { proof } = await rollingRestart(bench)
  const numbers = taken?.map(({ number }) => number as number) ?? []
  const back = await ask(bench, 'select count(*)::int as n from migration where number = any ($1)', [numbers])
  const count = back?.[0]?.['n']
  if (taken && back && count !== numbers.length)
    bench.findings.push(`${count} of ${numbers.length} migrations were applied by a rolling upgrade`)
  const isShown = proof !== undefined && numbers.length > 0 && count === numbers.length
  return {
    proof: isShown ? `${proof}; ${count} migrations applied while the other hub was at work` : undefined,
    since: 'strike',
  }
}

function operate(fault: PlannedFault, bench: Bench): Promise<Struck> {
  switch (fault.form) {
    case 'bulk replay pressed twice':
      return replayTwice(bench)
    case 'redelivery pressed twice':
      return pressTwice(fault, bench)
    default:
      return cancelTwice(fault, bench)
  }
}

/**
 * While the warehouse is away the shop wants its newest orders cancelled, at both hubs at once under one key: what was
 * released is recalled, and the recall waits. In the middle of that it wants the same once more, under another key.
 */
async function cancelTwice({ on, nth, forMs }: PlannedFault, bench: Bench): Promise<Struck> {
  const system = on as SystemName
  await bench.town.misbehave([system], { down: true })
  await pause(forMs / 2)
  const orders = await bench.town.newest(20)
  const first = await cancelAll(orders, `cancel-${nth}`, bench)
  await pause(forMs / 2)
  const again = await cancelAll(orders, `cancel-${nth}-again`, bench)
  await bench.town.misbehave([system], goodManners)
  const taken = first.filter(({ status }) => status === 202)
  for (const [order, answers] of Map.groupBy(taken, ({ body }) => String(body['order']))) {
    const receipts = new Set(answers.map(({ body }) => body['receipt']))
    if (receipts.size > 1)
      bench.findings.push(`one cancellation of ${order} under one key has ${receipts.size} receipts`)
  }
  const later = again.filter(({ status }) => status === 202).length
  const bit = taken.length > 0 && later > 0
  return {
    proof: bit
      ? `${orders.length} orders cancelled: ${taken.length} presses were taken, ${later} in the middle`
      : undefined,
    since: 'heal',
  }
}

/** Each order at both hubs at once, under one key. */
function cancelAll(orders: readonly string[], prefix: string, bench: Bench): Promise<readonly Called[]> {
  const body = { reason: 'The customer changed their mind.' }
  const press = (order: string, hub: number) =>
    call(bench, hub, 'POST', `/v1/orders/${order}/cancellation`, body, { as: 'shop', key: `${prefix}-${order}` })
  return Promise.all(orders.flatMap((order) => [0, 1].map((hub) => press(order, hub))))
}

/** A target is away until requests wait; then "try again" is pressed on each of them twice, at both hubs at once. */
async function pressTwice({ on, forMs }: PlannedFault, bench: Bench): Promise<Struck> {
  const system = on as SystemName
  await bench.town.misbehave([system], { down: true })
  await pause(forMs)
  const waiting = await listWaiting(bench, system)
  await bench.town.misbehave([system], goodManners)
  const pressed = await Promise.all(
    waiting.flatMap((id) =>
      [0, 1].map((hub) => {
        const url = `${bench.hubUrls[hub]}/v1/deliveries/${encodeURIComponent(id)}/redelivery`
        return post(url, bench.tokens['operator'] as string, '')
      }),
    ),
  )
  const taken = pressed.filter((status) => status === 202).length
  return {
    proof: taken > 0 ? `${waiting.length} waiting deliveries pressed twice, ${taken} presses were taken` : undefined,
    since: 'heal',
  }
}

async function listWaiting(bench: Bench, system: string): Promise<readonly string[]> {
  for (const hub of [0, 1]) {
    const { body } = await call(bench, hub, 'GET', `/v1/deliveries?target=${system}&limit=50`)
    const items = (body['items'] ?? []) as readonly { readonly id: string }[]
    if (items.length > 0) return items.map(({ id }) => id)
  }
  return []
}

/** The operator stops what goes to a system, and lets it go on. */
async function pauseRoute({ on, forMs }: PlannedFault, bench: Bench): Promise<Struck> {
  const paused = await insist(bench, (hub) =>
    call(bench, hub, 'POST', `/v1/systems/${on}/pause`, { reason: 'maintenance window' }),
  )
  const before = await bench.town.status()
  await pause(forMs)
  const isPaused = paused.status === 202 || paused.status === 200 // 200: an answer was lost, and the first word stands
  const waiting = isPaused ? (await listWaiting(bench, on)).length : 0
  const taken = (await bench.town.status()).accepted - before.accepted
  if (isPaused) await resume(on, bench)
  const bit = isPaused && taken > 0
  return {
    proof: bit ? `${taken} orders were taken while ${on} was paused, ${waiting} requests waited` : undefined,
    since: 'heal',
  }
}

/** Whatever else is going on: a pause that nobody ends would end nothing. */
async function resume(system: string, bench: Bench): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    const { status } = await call(bench, tries % 2, 'POST', `/v1/systems/${system}/resume`)
    if (status === 202 || status === 200) return
    await pause(500)
  }
  bench.findings.push(`${system} could not be resumed`)
}

/** A replay of what was just done is asked for at both hubs at once, and started at both at once: one replay, no effect. */
async function replayTwice(bench: Bench): Promise<Struck> {
  const orders = await bench.town.latest(40)
  if (orders.length === 0) return { proof: undefined, since: 'heal' }
  const wish = { select: { orders }, reason: 'pressed twice' }
  const made = await pressBoth(bench, '/v1/replays', wish)
  const ids = new Set(made.map(({ body }) => String(body['id'])))
  if (ids.size > 1) bench.findings.push(`one replay asked for twice became ${[...ids].join(' and ')}`)
  const [id] = ids
  if (id === undefined) return { proof: undefined, since: 'heal' }
  await untilState(bench, id, ['ready'])
  const start = { include: ['new', 'already done'] }
  const taken = (await pressBoth(bench, `/v1/replays/${id}/start`, start)).length
  const over = await untilState(bench, id, ['finished', 'cancelled', 'paused'])
  const outcome = JSON.stringify(over?.['outcome'] ?? {})
  return {
    proof:
      taken > 0 ? `${orders.length} orders replayed, made and started twice (${taken} presses): ${outcome}` : undefined,
    since: 'heal',
  }
}

/** Presses at both hubs at once, again while neither can say yes just now; the answers that were a yes. */
async function pressBoth(bench: Bench, path: string, body: unknown): Promise<readonly Called[]> {
  for (let tries = 0; tries < 30; tries += 1) {
    const answers = await Promise.all([0, 1].map((hub) => call(bench, hub, 'POST', path, body)))
    const taken = answers.filter(({ status }) => status >= 200 && status < 300)
    if (taken.length > 0 || answers.some(({ status }) => status >= 400 && status < 500 && status !== 429)) return taken
    await pause(500)
  }
  return []
}

/** One hub after the other is asked until one of them can answer. */
async function insist(bench: Bench, ask: (hub: number) => Promise<Called>): Promise<Called> {
  let answer = await ask(0)
  for (let tries = 1; tries < 20 && (answer.status === 0 || answer.status >= 500); tries += 1) {
    await pause(500)
    answer = await ask(tries % bench.hubUrls.length)
  }
  return answer
}

interface Called {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

async function untilState(bench: Bench, id: string, states: readonly string[]) {
  for (let tries = 0; tries < 120; tries += 1) {
    const { status, body } = await call(bench, tries % 2, 'GET', `/v1/replays/${id}`)
    if (status === 200 && states.includes(String(body['state']))) return body
    await pause(500)
  }
  return undefined
}

async function fillDisk({ forMs }: PlannedFault, bench: Bench): Promise<Struck> {
  return { proof: await bench.fillDisk(forMs), since: 'strike' }
}

/** Somebody's request to a hub, the operator's unless told; status 0 when no answer came. */
async function call(
  bench: Bench,
  hub: number,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  { as = 'operator', key }: { readonly as?: string; readonly key?: string } = {},
): Promise<Called> {
  try {
    const response = await fetch(`${bench.hubUrls[hub]}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${bench.tokens[as]}`,
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      signal: AbortSignal.timeout(5_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  } catch {
    return { status: 0, body: {} } // that hub is away just now
  }
}

/** Asks the database beside the hubs; undefined while it is away. */
async function ask(bench: Bench, text: string, values: readonly unknown[]): Promise<pg.QueryResultRow[] | undefined> {
  return withSession(bench, async (client) => (await client.query(text, [...values])).rows)
}

async function withSession<T>(bench: Bench, work: (client: pg.Client) => Promise<T>): Promise<T | undefined> {
  const client = new pg.Client({ connectionString: bench.databaseUrl, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined) // the server may be killed under it: that is the undefined below
  try {
    await client.connect()
    return await work(client)
  } catch (error) {
    // Away, going away, or it was us who had to give way in a deadlock: nothing was shown, so nothing is counted.
    if (error instanceof pg.DatabaseError && !/^(57P|08|40P01)/.test(error.code ?? '')) throw error
    return undefined
  } finally {
    await client.end().catch(() => undefined) // gone already
  }
}
