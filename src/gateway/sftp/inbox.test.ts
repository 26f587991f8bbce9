import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Inbox, type InboxOptions, type Upload } from './inbox.ts'

const NEW = { creates: true, empties: true, isNew: false }

let folder: string
let taken: string[]
let refused: string[]
let now: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crossdock-inbox-'))
  taken = []
  refused = []
  now = 1
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const inboxOf = (more: Partial<InboxOptions> = {}) =>
  new Inbox({
    folder,
    completes: 'close',
    mostBytes: 1_000_000,
    mostFiles: 3,
    keepMs: 1_000,
    uploadMs: 1_000_000,
    now: () => now,
    take: async (name, bytes) => {
      taken.push(`${name} ${Buffer.from(bytes)}`)
      return { kept: true }
    },
    isUnfinished: (name) => name.endsWith('.part'),
    refused: (name, why) => refused.push(`${name}: ${why}`),
    ...more,
  })

const bytes = (text: string) => Buffer.from(text)
const wholeFile = async (inbox: Inbox, name: string, text: string) => {
  const upload = await inbox.open(name, NEW)
  await inbox.write(upload, 0, bytes(text))
  return inbox.close(upload)
}

test('a file that cannot be opened takes up no name and no place: it is sent again, and removed', async () => {
  const inbox = inboxOf()
  rmSync(folder, { recursive: true })
  for (const name of ['a.edi', 'b.edi', 'c.edi', 'd.edi'])
    await expect(inbox.open(name, NEW)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(inbox.list()).toEqual([])
  mkdirSync(folder)
  expect(await wholeFile(inbox, 'a.edi', 'ISA*1')).toBe('taken')
  await expect(inbox.remove('b.edi')).rejects.toMatchObject({ code: 'NO_SUCH_FILE' })
  expect(taken).toEqual(['a.edi ISA*1'])
})

test('an unfinished file whose bytes were cleared away can be removed, and grows old like any other', async () => {
  const inbox = inboxOf()
  for (const name of ['a.part', 'b.part']) await wholeFile(inbox, name, 'IS')
  for (const name of readdirSync(folder)) rmSync(join(folder, name))
  await expect(inbox.open('a.part', { ...NEW, empties: false })).rejects.toMatchObject({ code: 'ENOENT' })
  await inbox.remove('a.part')
  now += 1_001
  expect(await wholeFile(inbox, 'c.edi', 'ISA*1')).toBe('taken')
  expect(inbox.list()).toEqual([])
})

/** What a disk does that takes at most so many bytes at once, and at last none. */
function writingAtMost(upload: Upload, most: number, room = Number.POSITIVE_INFINITY): void {
  const write = upload.file.write.bind(upload.file) as (...args: unknown[]) => Promise<{ bytesWritten: number }>
  let left = room
  const partly = (data: Uint8Array, from: number, length: number, at: number) => {
    const count = Math.min(length, most, left)
    left -= count
    return write(data, from, count, at)
  }
  Object.defineProperty(upload.file, 'write', { value: partly })
}

test('a write that the disk takes in pieces is written to its end', async () => {
  const inbox = inboxOf()
  const upload = await inbox.open('a.edi', NEW)
  writingAtMost(upload, 3)
  await inbox.write(upload, 0, bytes('ISA*0123456789'))
  await inbox.write(upload, 14, bytes('~IEA'))
  expect(await inbox.close(upload)).toBe('taken')
  expect(taken).toEqual(['a.edi ISA*0123456789~IEA'])
})

test('S08: what could not be written to its end is never taken, whatever is written after it', async () => {
  const inbox = inboxOf()
  const upload = await inbox.open('a.edi', NEW)
  writingAtMost(upload, 3, 6)
  await expect(inbox.write(upload, 0, bytes('ISA*0123456789'))).rejects.toMatchObject({ code: 'FAILURE' })
  await expect(inbox.write(upload, 14, bytes('~IEA'))).rejects.toMatchObject({ code: 'FAILURE' })
  await expect(inbox.close(upload)).rejects.toMatchObject({ says: expect.stringContaining('Not all of it') })
  expect([taken, inbox.list(), readdirSync(folder)]).toEqual([[], [], []])
})

test.each(['close', 'rename'] as const)(
  'S08: a file that is shorter than what was written is not taken at its %s',
  async (completes) => {
    const inbox = inboxOf({ completes })
    const upload = await inbox.open('a.part', NEW)
    await inbox.write(upload, 0, bytes('ISA*0123456789'))
    expect(await inbox.close(upload)).toBe('unfinished')
    truncateSync(upload.about.path, 7)
    await expect(inbox.rename('a.part', 'a.edi')).rejects.toMatchObject({
      says: expect.stringContaining('not all here'),
    })
    expect(taken).toEqual([])
    expect(await wholeFile(inbox, 'a.part', 'ISA*2')).toBe('unfinished') // its sender begins anew
    expect(await inbox.rename('a.part', 'a.edi')).toBe('taken')
    expect(taken).toEqual(['a.edi ISA*2'])
  },
)

test('an upload whose connection broke off is thrown away and somebody hears; one that may be gone on with is kept in silence', async () => {
  const inbox = inboxOf()
  for (const name of ['a.edi', 'b.edi.part']) {
    const upload = await inbox.open(name, NEW)
    await inbox.write(upload, 0, bytes('ISA*'))
    await inbox.abandon(upload)
  }
  expect(refused).toEqual(['a.edi: The connection broke off.'])
  expect(inbox.list()).toMatchObject([{ name: 'b.edi.part', bytes: 4 }])
})

test('of an upload that was too large when its connection broke off, that is what is told, once', async () => {
  const inbox = inboxOf({ mostBytes: 3 })
  const upload = await inbox.open('a.edi', NEW)
  await expect(inbox.write(upload, 0, bytes('ISA*'))).rejects.toMatchObject({ code: 'FAILURE' })
  await inbox.abandon(upload)
  expect(refused).toEqual([expect.stringMatching(/^a.edi: More than/)])
})
