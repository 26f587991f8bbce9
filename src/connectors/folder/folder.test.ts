import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Connection, Outgoing } from '../contract.ts'
import { type FolderOptions, folder } from './index.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'crossdock-folder-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const opened = (options: Partial<FolderOptions> = {}): Promise<Connection> =>
  folder({ outbox: 'to', ...options }).open({ now: () => 0, secret: () => '', dataFolder: root })

const request = (attempt = 1, body = 'ISA*00*'): Outgoing => ({
  key: 'mailbox/bigbox/1',
  verb: 'edi.send',
  body: Buffer.from(body),
  attempt,
  args: { fileName: '855.edi' },
})
const drop = async (by: Connection, one: Outgoing) => (await by.send([one], 5_000))[0]
const lying = async () => (await readdir(join(root, 'to'))).filter((name) => name.endsWith('.edi'))

describe('without a folder of what was taken', () => {
  test('a file that is gone is no proof: the connector is of class C and cannot be asked', async () => {
    const by = await opened()
    expect(folder({ outbox: 'to' }).deliveryClass).toBe('C')
    expect(await drop(by, request())).toEqual({ result: 'done' })
    await rm(join(root, 'to', '855.edi')) // the partner has taken it
    expect(by.ask).toBeUndefined()
  })

  test('a write that failed before the file had its name has not happened: later, and then once', async () => {
    const by = await opened()
    await rm(join(root, 'to'), { recursive: true })
    expect(await drop(by, request())).toMatchObject({ result: 'later', reason: expect.stringContaining('ENOENT') })
    await mkdir(join(root, 'to'))
    expect(await drop(by, request(2))).toEqual({ result: 'done' })
    expect(await lying()).toEqual(['855.edi'])
  })

  test('a name that was not given leaves the unfinished file, and that says so: later', async () => {
    await mkdir(join(root, 'to', '855.edi', 'in the way'), { recursive: true })
    const by = await opened()
    expect(await drop(by, request())).toMatchObject({ result: 'later' })
    expect(await readdir(join(root, 'to'))).toContain('.855.edi.part')
  })

  test('what still lies there is not written again', async () => {
    const by = await opened()
    await drop(by, request())
    expect(await drop(by, request(2, 'another'))).toEqual({ result: 'done' })
    expect(await readFile(join(root, 'to', '855.edi'), 'utf8')).toBe('ISA*00*')
  })
})

describe('with one', () => {
  test('the connector is of class B: what was taken is seen, when it is asked and before it is written again', async () => {
    expect(folder({ outbox: 'to', taken: 'to/done' }).deliveryClass).toBe('B')
    const by = await opened({ taken: 'to/done' })
    expect(await by.ask?.(request(), 5_000)).toMatchObject({ result: 'later' })
    await drop(by, request())
    expect(await by.ask?.(request(), 5_000)).toEqual({ result: 'done' })
    await rename(join(root, 'to', '855.edi'), join(root, 'to', 'done', '855.edi'))
    expect(await by.ask?.(request(), 5_000)).toEqual({ result: 'done' })
    expect(await drop(by, request(2))).toEqual({ result: 'done' })
    expect(await lying()).toEqual([])
  })

  test('a folder that cannot be looked into says nothing about what is in it', async () => {
    const by = await opened({ taken: 'to/done' })
    await rm(join(root, 'to'), { recursive: true })
    await writeFile(join(root, 'to'), 'no folder')
    expect(await by.ask?.(request(), 5_000)).toMatchObject({ result: 'unknown' })
  })
})
