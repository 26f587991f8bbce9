/** Afterwards: the hub's export through its public door, the checker as a process of its own, and the rows behind. */
import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import { createWriteStream, type WriteStream } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { Verdict } from '../../src/checker/checker.ts'
import { roomsOf } from '../../src/hub/rooms.ts'
import type { JournalEvent, Room } from '../../src/journal/contract.ts'
import { decodeEvent } from '../../src/journal/encode.ts'
import { foldLane, rowName } from '../../src/journal/rebuild.ts'
import type { Row, Store } from '../../src/store/contract.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { business } from './business.ts'
import { RETAILER, SYSTEMS } from './town-words.ts'

/** Where the books of a run are: `ledgers/<system>.ndjson`, `events.ndjson`, `faults.ndjson`, `setup.json`. */
export interface Books {
  readonly folder: string
  readonly hubUrl: string
  readonly token: string
}

/**
 * Writes the hub's own story into a file: `GET /v1/events`, nothing else. Where it breaks off it is asked for the rest,
 * from the cursor of the last whole page.
 */
export async function exportEvents(books: Books): Promise<number> {
  const file = createWriteStream(join(books.folder, 'events.ndjson'))
  const reading = { after: '', count: 0 }
  for (let tries = 1; ; tries += 1) {
    try {
      await readOn(books, file, reading)
      break
    } catch (error) {
      if (tries === 10) throw error
      await pause(1_000)
    }
  }
  await new Promise<void>((closed) => void file.end(closed))
  return reading.count
}

async function readOn(
  { hubUrl, token }: Books,
  file: WriteStream,
  reading: { after: string; count: number },
): Promise<void> {
  const query = reading.after === '' ? '' : `?after=${encodeURIComponent(reading.after)}`
  const response = await fetch(`${hubUrl}/v1/events${query}`, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/x-ndjson' },
    signal: AbortSignal.timeout(900_000),
  })
  if (response.status !== 200 || !response.body) throw new Error(`the export answered ${response.status}`)
  let page: string[] = []
  for await (const line of createInterface({ input: Readable.fromWeb(response.body as never) })) {
    if (line === '') continue
    if (!line.startsWith('{"cursor"')) {
      page.push(`${line}\n`)
      continue
    }
    reading.after = (JSON.parse(line) as { cursor: string }).cursor
    reading.count += page.length
    const isFull = !file.write(page.join(''))
    page = []
    if (isFull) await new Promise<void>((drained) => void file.once('drain', drained))
  }
}

/**
 * Runs the checker on the books; it knows nothing of the hub and nothing of this harness. Where things still moved,
 * `settled` is false: then what is missing does not count as lost.
 */
export async function runChecker(folder: string, settled: boolean): Promise<Verdict> {
  const setup = {
    settled,
    roles: { erp: 'erp', wms1: 'wms', wms2: 'wms', shop: 'shop', carrier: 'carrier', [RETAILER]: 'partner' },
    facilities: { DC1: 'wms1', DC2: 'wms2' },
  }
  await writeFile(join(folder, 'setup.json'), JSON.stringify(setup, null, 2))
  const script = fileURLToPath(new URL('../../src/checker/main.ts', import.meta.url))
  const ledgers = [...SYSTEMS, RETAILER].flatMap((system) => ['--ledger', join(folder, 'ledgers', `${system}.ndjson`)])
  const args = ['--setup', 'setup.json', ...ledgers, '--events', 'events.ndjson', '--faults', 'faults.ndjson']
  const said = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, [script, ...args], { cwd: folder, maxBuffer: 64 << 20 }, (error, out, err) => {
      // 1: it looked and something is wrong. Anything else: it could not look.
      if (error && error.code !== 1) reject(new Error(`the checker could not look: ${err}`))
      else resolve(out)
    })
  })
  await writeFile(join(folder, 'verdict.json'), said)
  return JSON.parse(said) as Verdict
}

/** Files that were put aside and are not what was taken in, in sentences: what lies there was answered with its bytes. */
export async function putAsideUnread({ hubUrl, token }: Books, partners: string): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const folder of ['done', 'refused'] as const) {
    const aside = join(partners, RETAILER, 'from', folder)
    for (const name of await readdir(aside)) {
      const id = /^(r0-.+?)-(?:again|empty|PO|FA|ORDERS)/.exec(name)?.[1] ?? name
      const { verdict, digest } = await receiptOf(`${hubUrl}/v1/receipts/${id}`, token)
      const bytes = await readFile(join(aside, name))
      if (digest !== hash('sha256', bytes, 'hex').slice(0, 32))
        wrong.push(`${folder}/${name} is not what came in as ${id}`)
      // A file that could not be put aside comes a second time: what it holds lies with the first.
      const isKept = verdict === 'quarantined' || verdict === 'repeat'
      if (folder === 'refused' && !isKept) wrong.push(`${folder}/${name} was ${verdict}, not kept`)
    }
  }
  return wrong
}

/** Asked again while the hub is busy. */
async function receiptOf(url: string, token: string): Promise<{ readonly verdict?: string; readonly digest?: string }> {
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    const body = (await response.json()) as { verdict?: string; digest?: string }
    const isBusy = response.status === 429 || response.status >= 500
    if (!isBusy || tries === 60) return body
    await pause(1_000)
  }
}

/** What the database itself shows. */
export interface Behind {
  /** Positions missing from a lane. */
  readonly gaps: number
  /** Rows of rooms that are not what their lane's journal folds to. */
  readonly strayRows: number
}

/** Every lane's journal is read; its positions must be without gaps and its fold must be the rows. */
export async function lookBehind(url: string): Promise<Behind> {
  const store = await openPostgresStore({ url })
  const { rooms } = roomsOf(business)
  let gaps = 0
  let strayRows = 0
  try {
    for (const { lane, head } of await store.lanes()) {
      const events: JournalEvent[] = []
      let expected = 1
      for (let after = 0; after < head; ) {
        const entries = await store.readLane(lane, after, 5_000)
        for (const entry of entries) {
          if (entry.position !== expected) gaps += 1
          expected = entry.position + 1
          events.push(decodeEvent(entry))
        }
        after = entries.at(-1)?.position ?? head
      }
      if (expected !== head + 1) gaps += 1
      strayRows += await straysIn(store, lane, events, rooms)
    }
  } finally {
    await store.close()
  }
  return { gaps, strayRows }
}

/** Rows that differ from a fold of the lane's journal, either way. */
async function straysIn(
  store: Store,
  lane: number,
  events: readonly JournalEvent[],
  rooms: readonly Room[],
): Promise<number> {
  let strays = 0
  for (const [table, expected] of foldLane(events, rooms)) {
    const found = new Map((await store.loadLanes(table, [lane])).map((row) => [rowName(table, row), row]))
    for (const name of new Set([...expected.keys(), ...found.keys()])) {
      if (textOf(expected.get(name)) !== textOf(found.get(name))) strays += 1
    }
  }
  return strays
}

const textOf = (row: Row | undefined): string | undefined =>
  row &&
  JSON.stringify(row.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value)))

/** Orders that have not come to an end. */
export async function unfinishedOrders(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(
      `select subject, stage from order_state where stage not in ('closed', 'cancelled', 'rejected', 'backordered')`,
    )
    return rows.map(({ subject, stage }) => `${subject} is ${stage}`)
  } finally {
    await client.end()
  }
}
