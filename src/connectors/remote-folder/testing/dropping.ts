import { expect, test } from 'vitest'
import type { Connection, OpenSource, Outgoing } from '../../contract.ts'

/** A file of ours for a partner, as its mailbox asks for it to be dropped. */
export const request = (attempt = 1, body = 'ISA*00*', fileName = '855.edi'): Outgoing => ({
  key: 'mailbox/bigbox/1',
  verb: 'edi.send',
  body: Buffer.from(body),
  attempt,
  args: { fileName },
})

/** Drops one file, and says what became of it. */
export const drop = async (by: Connection, one: Outgoing, timeoutMs = 5_000) => (await by.send([one], timeoutMs))[0]

/** What a test has opened. */
export class Opened {
  readonly #open: { close(): Promise<unknown> }[] = []

  /** It is closed when the test is over. */
  keep<T extends { close(): Promise<unknown> }>(one: T): T {
    this.#open.push(one)
    return one
  }

  async close(): Promise<void> {
    for (const one of this.#open.splice(0)) await one.close()
  }
}

/** A server in this process that fails as it is told to, whatever it speaks. */
export interface FailingServer {
  readonly disk: Map<string, unknown>
  readonly faults: {
    losesRenameReply?: boolean
    cutsBeforeRename?: boolean
    cutAfterBytes?: number | undefined
    silent?: boolean
  }
  put(path: string, content: string): void
  text(path: string): string | undefined
  names(folder: string): readonly string[]
}

/** What stands around the connectors of a transport. */
export interface GivenTransport {
  readonly server: () => FailingServer
  readonly connection: () => Promise<Connection>
  readonly folder: (more: { readonly afterwards: 'delete' }) => OpenSource
  /** How often a file was renamed. */
  readonly renames: () => number
}

/** What every transport by files does, told over a server that fails. */
export function testDropping({ server, connection, folder, renames }: GivenTransport): void {
  test('S09: a rename whose reply is lost is looked for, and not sent again', async () => {
    const by = await connection()
    server().faults.losesRenameReply = true
    expect(await drop(by, request())).toEqual({ result: 'done' })
    expect(await drop(by, request(2))).toEqual({ result: 'done' })
    expect(renames()).toBe(1)
  })

  test('S09: a connection lost before the rename leaves only the temporary name: later, and then once; what was taken is known', async () => {
    const by = await connection()
    server().faults.cutsBeforeRename = true
    expect(await drop(by, request())).toMatchObject({ result: 'later' })
    expect(server().names('/in')).toEqual(['.855.edi.part'])
    expect(await by.ask?.(request(2), 5_000)).toMatchObject({ result: 'later' })
    expect(await drop(by, request(2))).toEqual({ result: 'done' })
    expect(server().names('/in')).toEqual(['855.edi'])
    server().disk.set('/in/taken/855.edi', server().disk.get('/in/855.edi'))
    server().disk.delete('/in/855.edi')
    const before = renames()
    expect(await by.ask?.(request(2), 5_000)).toEqual({ result: 'done' })
    expect(await drop(by, request(2))).toEqual({ result: 'done' })
    expect(renames()).toBe(before)
  })

  test('S08: an upload that breaks off is later and leaves nothing under a name that anybody reads', async () => {
    const by = await connection()
    server().faults.cutAfterBytes = 40_000
    expect(await drop(by, request(1, 'x'.repeat(200_000)))).toMatchObject({ result: 'later' })
    expect(server().names('/in')).toEqual(['.855.edi.part'])
    expect(await drop(by, request(2, 'x'.repeat(200_000)))).toEqual({ result: 'done' })
  })

  test('another file under the name is never written over, whatever the server would do', async () => {
    server().put('/in/855.edi', 'somebody else’s')
    const by = await connection()
    for (const attempt of [1, 2])
      expect(await drop(by, request(attempt))).toMatchObject({ result: 'refused', retry: 'after-fix' })
    expect(server().text('/in/855.edi')).toBe('somebody else’s')
  })

  test('a server that says nothing costs its time and no more; then it works again', async () => {
    const by = await connection()
    server().faults.silent = true
    const began = performance.now()
    expect(await drop(by, request(), 1_500)).toMatchObject({
      result: 'later',
      reason: expect.stringContaining('in time'),
    })
    expect(performance.now() - began).toBeLessThan(10_000)
    server().faults.silent = false
    expect(await drop(by, request(2))).toEqual({ result: 'done' })
  })

  test('where it was agreed, what is taken is deleted, and what is refused is put aside', async () => {
    server().put('/out/850.edi', 'ISA*1')
    server().put('/out/851.edi', 'no EDI')
    const files = folder({ afterwards: 'delete' })
    const [good, bad] = await files.list()
    if (!good || !bad) throw new Error('nothing was listed')
    expect(await files.move({ ...good, bytes: 4 }, 'done', 'r1-850.edi')).toBe('changed')
    expect(await files.move(good, 'done', 'r1-850.edi')).toBe('moved')
    expect(await files.move(bad, 'refused', 'r2-851.edi')).toBe('moved')
    expect([...server().disk.keys()].filter((path) => path.endsWith('.edi'))).toEqual(['/out/refused/r2-851.edi'])
  })
}
