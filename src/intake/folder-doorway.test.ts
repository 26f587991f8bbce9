import { expect, test } from 'vitest'
import type { ArrivalAnswer } from './admit.ts'
import type { Arrival } from './arrival.ts'
import { type FileEntry, type Files, FolderDoorway, type FolderDoorwayOptions } from './folder-doorway.ts'

interface Lying {
  bytes: Uint8Array
  changedAt: number
  kind?: 'file' | 'other'
}

/** A folder in memory. */
class Folder implements Files {
  readonly lying = new Map<string, Lying>()
  readonly moved: string[] = []
  stuck = false

  put(name: string, text: string, changedAt = 1): void {
    this.lying.set(name, { bytes: Buffer.from(text), changedAt })
  }

  async list(): Promise<FileEntry[]> {
    return [...this.lying].map(([name, { bytes, changedAt, kind = 'file' }]) => ({
      name,
      bytes: bytes.length,
      changedAt,
      kind,
    }))
  }

  async read({ name }: Pick<FileEntry, 'name'>): Promise<Uint8Array> {
    return this.lying.get(name)?.bytes ?? new Uint8Array(0)
  }

  async move(entry: FileEntry, folder: string, as: string): Promise<'moved' | 'changed' | 'gone'> {
    if (this.stuck) throw new Error('read-only')
    const now = this.lying.get(entry.name)
    if (!now) return 'gone'
    if (now.changedAt !== entry.changedAt) return 'changed'
    this.lying.delete(entry.name)
    this.moved.push(`${folder}/${as}`)
    return 'moved'
  }
}

/** An interchange with its trailer. */
const whole = "UNB+UNOC:3+A:14+B:14+260105:0800+1'UNZ+0+1'"

const open = (options: Partial<FolderDoorwayOptions> = {}, files = new Folder()) => {
  const taken: Arrival[] = []
  const alerts: string[] = []
  const doorway = new FolderDoorway({
    tenant: 'acme',
    system: 'bigbox',
    files,
    now: () => 7,
    quietMs: 0,
    alert: (what, file) => alerts.push(`${file}: ${what}`),
    submit: async (arrival): Promise<ArrivalAnswer> => {
      taken.push(arrival)
      const isBad = Buffer.from(arrival.bytes).toString().startsWith('bad')
      return { status: isBad ? 422 : 202, body: {}, receipt: `r${taken.length}` }
    },
    ...options,
  })
  return { doorway, files, taken, alerts }
}

test('S01: a file is taken when it has stopped growing, and moved only afterwards', async () => {
  const { doorway, files, taken } = open()
  files.put('850.edi', 'IS')
  expect(await doorway.poll()).toEqual({ done: 0, refused: 0, left: 1 })
  files.put('850.edi', 'ISA*', 2)
  expect(await doorway.poll()).toEqual({ done: 0, refused: 0, left: 1 })
  expect(await doorway.poll()).toEqual({ done: 1, refused: 0, left: 0 })
  expect(taken).toMatchObject([
    { tenant: 'acme', system: 'bigbox', channel: 'folder', fileName: '850.edi', receivedAt: 7 },
  ])
  expect(files.moved).toEqual(['done/r1-850.edi'])
})

test('S01: unfinished names are left alone; with a marker nobody waits, and it goes where its file goes', async () => {
  const { doorway, files, taken } = open({ marker: '.done', quietMs: 5_000 })
  for (const name of ['a.part', '.hidden', 'b.tmp', 'c~']) files.put(name, 'x')
  files.put('ready.edi', 'ISA')
  files.put('ready.edi.done', '')
  files.put('bad.edi', 'bad', 2)
  files.put('bad.edi.done', '', 3)
  await doorway.poll()
  expect(taken.map(({ fileName }) => fileName)).toEqual(['ready.edi', 'bad.edi'])
  expect(files.moved).toEqual([
    'done/r1-ready.edi',
    'done/r1-ready.edi.done',
    'refused/r2-bad.edi',
    'refused/r2-bad.edi.done',
  ])
})

test('S01: a file without the marker that was agreed is left alone, and so is one with an older marker', async () => {
  let now = 0
  const { doorway, files, taken, alerts } = open({ marker: '.done', now: () => now })
  files.put('none.edi', whole, 2)
  files.put('older.edi', whole, 2)
  files.put('older.edi.done', '', 1)
  for (; now < 9 * 60_000; now += 60_000) await doorway.poll()
  expect([taken, alerts]).toEqual([[], []])
  for (; now < 20 * 60_000; now += 60_000) await doorway.poll()
  expect(taken).toEqual([])
  expect(alerts.sort()).toEqual(
    ['none.edi', 'older.edi'].map((name) => `${name}: its marker has not come; it is left alone`),
  )
  files.put('older.edi.done', '', 2)
  await doorway.poll()
  expect(files.moved).toEqual(['done/r1-older.edi', 'done/r1-older.edi.done'])
})

test('S01: a marker that cannot be moved is told of once, and speaks for no later file of its name', async () => {
  const { doorway, files, taken, alerts } = open({ marker: '.done' })
  const move = files.move.bind(files)
  files.move = async (entry, ...more) =>
    entry.name.endsWith('.done') ? Promise.reject(new Error('read-only')) : move(entry, ...more)
  files.put('stock.csv', 'a', 1)
  files.put('stock.csv.done', '', 1)
  await doorway.poll()
  files.put('stock.csv', 'half', 2)
  for (let poll = 0; poll < 3; poll += 1) await doorway.poll()
  expect(taken).toHaveLength(1)
  expect(alerts).toEqual(['stock.csv.done: its file was moved to done, but it cannot be'])
})

/** A folder and a clock that goes on by half a second with each look. */
function looking() {
  let now = 1_000_000
  const given = open({ quietMs: 5_000, now: () => now })
  const look = async () => {
    now += 500
    return given.doorway.poll()
  }
  return { ...given, look, put: (name: string, text: string) => given.files.put(name, text, now) }
}

test('S01: what a writer pauses over is taken whole once it has not changed for five seconds, and read ahead of that once', async () => {
  const { look, put, files, taken } = looking()
  let reads = 0
  const read = files.read.bind(files)
  files.read = (entry) => {
    reads += 1
    return read(entry)
  }
  put('orders.csv', 'PO,Item\n1,A\n')
  for (let poll = 0; poll < 9; poll += 1) expect(await look()).toEqual({ done: 0, refused: 0, left: 1 })
  expect(reads).toBe(1)
  put('orders.csv', 'PO,Item\n1,A\n2,B\n')
  for (let poll = 0; poll < 10; poll += 1) expect((await look()).left).toBe(1)
  expect(await look()).toEqual({ done: 1, refused: 0, left: 0 })
  expect(taken.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['PO,Item\n1,A\n2,B\n'])
})

test('S01: EDI with its trailer is taken at the second look; half of one waits', async () => {
  const { look, put, taken } = looking()
  put('half.edi', whole.slice(0, -1))
  put('850.edi', whole)
  await look()
  expect(taken).toEqual([])
  expect(await look()).toEqual({ done: 1, refused: 0, left: 1 })
  put('half.edi', whole)
  await look()
  expect(await look()).toEqual({ done: 1, refused: 0, left: 0 })
})

test('S01: a file is not held up by a clock that was put back, nor by a time of its own that is still to come', async () => {
  let now = 100_000
  const { doorway, files } = open({ quietMs: 5_000, now: () => now })
  files.put('orders.csv', 'a', 1_000_000)
  await doorway.poll()
  now = 50_000
  await doorway.poll()
  now += 5_000
  expect(await doorway.poll()).toEqual({ done: 1, refused: 0, left: 0 })
})

test('a file that is never read as large as it is listed is told of, once and not at once', async () => {
  const { doorway, files, taken, alerts } = open()
  files.put('850.edi', whole)
  files.read = async () => new Uint8Array(3)
  for (let poll = 0; poll < 10; poll += 1) await doorway.poll()
  expect(alerts).toEqual([])
  for (let poll = 0; poll < 5; poll += 1) await doorway.poll()
  expect(alerts).toEqual(['850.edi: what is read of it is never as large as it is listed; it is left alone'])
  expect(taken).toEqual([])
})

test('another trouble with a file is told, too, and the same with the next file of its name', async () => {
  const { doorway, files, alerts } = open({ mostBytes: 10 })
  const huge = 'a.edi: it has more than 10 bytes; it was not read'
  files.put('a.edi', 'x'.repeat(11))
  files.stuck = true
  for (let poll = 0; poll < 4; poll += 1) await doorway.poll()
  expect(alerts).toEqual([huge, 'a.edi: it was taken in but cannot be moved to refused'])
  files.stuck = false
  await doorway.poll()
  files.put('a.edi', 'y'.repeat(12), 2)
  for (let poll = 0; poll < 2; poll += 1) await doorway.poll()
  expect(alerts.slice(2)).toEqual([huge])
})

test('what cannot be taken goes to the refused; nothing is deleted', async () => {
  const { doorway, files } = open()
  files.put('bad.edi', 'bad')
  await doorway.poll()
  await doorway.poll()
  expect(files.moved).toEqual(['refused/r1-bad.edi'])
})

test('S02: a name is data; on the disk it becomes harmless', async () => {
  const { doorway, files, taken } = open()
  const name = `x..\\ev\u202eil\n${'x'.repeat(300)}.edi`
  files.put(name, 'ISA')
  await doorway.poll()
  await doorway.poll()
  expect(taken[0]?.fileName).toBe(name)
  expect(files.moved[0]).toMatch(/^done\/r1-[A-Za-z0-9._-]{1,100}\.edi$/)
})

test('S03: the same file again has the key it had; another file has another, whatever its name', async () => {
  const { doorway, files, taken } = open()
  files.stuck = true
  files.put('850.edi', 'ISA')
  for (let poll = 0; poll < 3; poll += 1) await doorway.poll()
  const restarted = open({}, files)
  for (let poll = 0; poll < 3; poll += 1) await restarted.doorway.poll()
  files.put('850.edi', 'ISB', 2)
  for (let poll = 0; poll < 3; poll += 1) await restarted.doorway.poll()
  const keys = [...taken, ...restarted.taken].map(({ idempotencyKey }) => idempotencyKey)
  expect(keys).toHaveLength(3)
  expect(keys[0]).toBe(keys[1])
  expect(keys[2]).not.toBe(keys[0])
})

test('S04: links and folders are skipped and somebody is told once', async () => {
  const { doorway, files, taken, alerts } = open()
  files.lying.set('link', { bytes: new Uint8Array(0), changedAt: 1, kind: 'other' })
  files.lying.set('done', { bytes: new Uint8Array(0), changedAt: 1, kind: 'other' })
  await doorway.poll()
  await doorway.poll()
  expect(taken).toEqual([])
  expect(alerts).toEqual(['link: it is no plain file'])
})

test('S07: a file that cannot be moved after the commit is told once', async () => {
  const { doorway, files, alerts } = open()
  files.stuck = true
  files.put('850.edi', 'ISA')
  for (let poll = 0; poll < 4; poll += 1) await doorway.poll()
  expect(alerts).toEqual(['850.edi: it was taken in but cannot be moved to done'])
})

test('S07: a file that cannot be moved is handed in once, whatever came of it, and moved as soon as that is possible', async () => {
  const { doorway, files, taken } = open()
  files.stuck = true
  files.put('850.edi', 'ISA', 1)
  files.put('bad.edi', 'bad', 2)
  for (let poll = 0; poll < 4; poll += 1) await doorway.poll()
  expect(taken.map(({ fileName }) => fileName)).toEqual(['850.edi', 'bad.edi'])
  files.stuck = false
  expect(await doorway.poll()).toEqual({ done: 1, refused: 1, left: 0 })
  expect(files.moved).toEqual(['done/r1-850.edi', 'refused/r2-bad.edi'])
  files.put('850.edi', 'ISA', 1)
  await doorway.poll()
  await doorway.poll()
  expect(taken).toHaveLength(3) // put there once more it is another file
})

test('S03: another file that came under the name of one that is being taken in is taken for itself', async () => {
  const bytes: string[] = []
  const { doorway, files } = open({
    submit: async (arrival) => {
      bytes.push(Buffer.from(arrival.bytes).toString())
      if (bytes.length === 1) files.put('850.edi', 'ISB', 2) // its sender is quick
      return { status: 202, body: {}, receipt: `r${bytes.length}` }
    },
  })
  files.put('850.edi', 'ISA')
  await doorway.poll()
  expect(await doorway.poll()).toEqual({ done: 0, refused: 0, left: 1 })
  for (let poll = 0; poll < 3; poll += 1) await doorway.poll()
  expect(bytes).toEqual(['ISA', 'ISB'])
  expect(files.moved).toEqual(['done/r2-850.edi'])
})

test('a file that another instance has taken away is nobody’s concern', async () => {
  const missing = Object.assign(new Error('no such file'), { code: 'ENOENT' })
  const { doorway, files, alerts, taken } = open()
  files.put('850.edi', 'ISA')
  await doorway.poll()
  files.read = async () => Promise.reject(missing)
  expect(await doorway.poll()).toEqual({ done: 0, refused: 0, left: 1 })
  expect([alerts, taken]).toEqual([[], []])
})

test('X13: a file over the limit is never read', async () => {
  const { doorway, files, taken, alerts } = open({ mostBytes: 10 })
  files.put('huge.edi', 'x'.repeat(11))
  await doorway.poll()
  await doorway.poll()
  expect(taken).toEqual([])
  expect(files.moved).toEqual(['refused/too-large-huge.edi'])
  expect(alerts).toHaveLength(1)
})

test('what fails for now stays for the next look, and holds back no other file', async () => {
  let down = true
  const taken: string[] = []
  const { doorway, files } = open({
    submit: async ({ fileName = '' }) => {
      if (down && fileName === 'a.edi') throw new Error('the database is away')
      taken.push(fileName)
      return { status: 202, body: {}, receipt: 'r' }
    },
  })
  files.put('a.edi', 'ISA', 1)
  files.put('b.edi', 'ISA', 2)
  await doorway.poll()
  expect(await doorway.poll()).toEqual({ done: 1, refused: 0, left: 1 })
  down = false
  await doorway.poll()
  expect(taken).toEqual(['b.edi', 'a.edi'])
})

test('S08: a file that is not as long as it was listed is not handed in; it is read again at a later look', async () => {
  const { doorway, files, taken, alerts } = open()
  const whole = Buffer.from('ISA*0123456789~')
  files.put('850.edi', whole.toString())
  await doorway.poll()
  for (const bytes of [whole.subarray(0, 7), Buffer.concat([whole, whole])]) {
    files.read = async () => bytes
    expect(await doorway.poll()).toEqual({ done: 0, refused: 0, left: 1 })
  }
  expect([taken, files.moved, alerts]).toEqual([[], [], []])
  files.read = async () => whole
  expect(await doorway.poll()).toEqual({ done: 1, refused: 0, left: 0 })
  expect(taken.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual([whole.toString()])
})
