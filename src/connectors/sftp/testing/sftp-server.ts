/** An SFTP server in this process, with files in memory, a ledger of its own, and the faults that real ones have. */
import { posix } from 'node:path'
import ssh2, { type Authentication, type ServerConnection, type ServerSftp } from 'ssh2'
import { fingerprintOf } from '../line.ts'
import { newKey } from '../new-key.ts'

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp
const FILE = 0o100644
const FOLDER = 0o040755
const LINK = 0o120777

/** One thing on the server's disk. */
export interface Lying {
  bytes: Buffer
  /** Seconds since 1970. */
  changedAt: number
  readonly mode: number
}

/** What the server noted itself: what happened on its disk, whatever was answered. */
export interface ServedRow {
  readonly what: 'written' | 'renamed' | 'removed' | 'read'
  readonly path: string
  readonly to?: string
}

/** A key pair and how the public half is shown. */
export function keyPair() {
  const pair = newKey()
  return { ...pair, print: fingerprintOf(pair.blob) }
}

export type KeyPair = ReturnType<typeof keyPair>

/** A served disk. Change its faults while it runs. */
export class SftpServer {
  readonly disk = new Map<string, Lying>()
  readonly ledger: ServedRow[] = []
  readonly faults = {
    /** Cuts the connection once, after so many bytes were read or written. */
    cutAfterBytes: Number.POSITIVE_INFINITY,
    /** Does the next rename and cuts the connection instead of answering. */
    losesRenameReply: false,
    /** Cuts the connection instead of doing the next rename. */
    cutsBeforeRename: false,
    readOnly: false,
    /** Answers nothing at all. */
    silent: false,
  }
  connections = 0
  port = 0
  readonly #open = new Set<ServerConnection>()
  #server: InstanceType<typeof ssh2.Server> | undefined
  readonly #clientKey: KeyPair

  constructor(clientKey: KeyPair) {
    this.#clientKey = clientKey
    for (const folder of ['/', '/in', '/out', '/in/taken']) this.#makeFolder(folder)
  }

  /** Listens under a host key; again under another one after {@link close}. */
  async listen(hostKey: KeyPair, port = 0): Promise<void> {
    const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (connection) => this.#serve(connection))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    this.port = server.address().port
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise<void>((resolve) => this.#server?.close(() => resolve()))
  }

  /** Cuts all connections. */
  cut(): void {
    for (const connection of this.#open) connection.end()
    this.#open.clear()
  }

  put(path: string, text: string, changedAt = 1_767_600_000): void {
    this.disk.set(path, { bytes: Buffer.from(text), changedAt, mode: FILE })
  }

  link(path: string): void {
    this.disk.set(path, { bytes: Buffer.alloc(0), changedAt: 1, mode: LINK })
  }

  text(path: string): string | undefined {
    return this.disk.get(path)?.bytes.toString()
  }

  /** Names in a folder, without its folders. */
  names(folder: string): string[] {
    return this.#in(folder)
      .filter(([, { mode }]) => mode !== FOLDER)
      .map(([path]) => path.slice(folder.length + 1))
  }

  #makeFolder(path: string): void {
    this.disk.set(path, { bytes: Buffer.alloc(0), changedAt: 1, mode: FOLDER })
  }

  #in(folder: string): [string, Lying][] {
    return [...this.disk].filter(
      ([path]) =>
        path !== folder &&
        path.slice(0, folder.length + 1) === `${folder}/` &&
        !path.slice(folder.length + 1).includes('/'),
    )
  }

  #serve(connection: ServerConnection): void {
    this.connections += 1
    this.#open.add(connection)
    connection.on('authentication', (context) => this.#authenticate(context))
    connection.on('close', () => this.#open.delete(connection))
    connection.on('error', () => this.#open.delete(connection)) // a client that cuts is what some tests are about
    connection.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => this.#answer(acceptSftp()))
    })
  }

  #authenticate(context: Authentication): void {
    const isOurs =
      context.method === 'publickey' && context.username === 'acme' && context.key?.data.equals(this.#clientKey.blob)
    if (isOurs || (context.method === 'password' && context.password === 'open sesame')) context.accept()
    else context.reject(['publickey', 'password'])
  }

  #answer(sftp: ServerSftp): void {
    const handles = new Map<number, { path: string; listed?: boolean; wrote?: boolean }>()
    let next = 0
    const handleFor = (path: string) => {
      next += 1
      handles.set(next, { path })
      const handle = Buffer.alloc(4)
      handle.writeUInt32BE(next)
      return handle
    }
    const of = (handle: Buffer) =>
      handles.get(handle.readUInt32BE(0)) as { path: string; listed?: boolean; wrote?: boolean }
    const on = (event: string, work: (request: number, ...more: never[]) => void) =>
      sftp.on(event, (request: number, ...more: never[]) => {
        if (!this.faults.silent) work(request, ...more)
      })
    const attributes = ({ bytes, changedAt, mode }: Lying) => ({ mode, size: bytes.length, mtime: changedAt, atime: 0 })
    const looks = (request: number, path: string) => {
      const lying = this.disk.get(path)
      if (lying) sftp.attrs(request, attributes(lying))
      else sftp.status(request, STATUS_CODE.NO_SUCH_FILE)
    }

    on('LSTAT', (request, path: string) => looks(request, path))
    on('STAT', (request, path: string) => looks(request, path))
    on('FSTAT', (request, handle: Buffer) => looks(request, of(handle).path))
    on('REALPATH', (request, path: string) =>
      sftp.name(request, [{ filename: posix.resolve('/', path), longname: '', attrs: {} }]),
    )
    on('OPENDIR', (request, path: string) => {
      if (this.disk.get(path)?.mode === FOLDER) sftp.handle(request, handleFor(path))
      else sftp.status(request, STATUS_CODE.NO_SUCH_FILE)
    })
    on('READDIR', (request, handle: Buffer) => {
      const open = of(handle)
      if (open.listed) {
        sftp.status(request, STATUS_CODE.EOF)
        return
      }
      open.listed = true
      const names = this.#in(open.path).map(([path, lying]) => ({
        filename: path.slice(open.path.length + 1),
        longname: '',
        attrs: attributes(lying),
      }))
      const self = { longname: '', attrs: { mode: FOLDER, size: 0, mtime: 1, atime: 0 } }
      sftp.name(request, [{ filename: '.', ...self }, { filename: '..', ...self }, ...names])
    })
    on('OPEN', (request, path: string, flags: number) => {
      if (flags & OPEN_MODE.WRITE) {
        if (this.faults.readOnly) {
          sftp.status(request, STATUS_CODE.PERMISSION_DENIED)
          return
        }
        this.disk.set(path, { bytes: Buffer.alloc(0), changedAt: 1_767_600_001, mode: FILE })
      }
      if (this.disk.has(path)) sftp.handle(request, handleFor(path))
      else sftp.status(request, STATUS_CODE.NO_SUCH_FILE)
    })
    on('READ', (request, handle: Buffer, offset: number, length: number) => {
      const bytes = this.disk.get(of(handle).path)?.bytes ?? Buffer.alloc(0)
      if (this.#isCut(length)) return
      if (offset >= bytes.length) sftp.status(request, STATUS_CODE.EOF)
      else sftp.data(request, bytes.subarray(offset, offset + length))
    })
    on('WRITE', (request, handle: Buffer, offset: number, data: Buffer) => {
      const open = of(handle)
      const lying = this.disk.get(open.path) as Lying
      open.wrote = true
      if (this.#isCut(data.length)) return
      const bytes = Buffer.alloc(Math.max(lying.bytes.length, offset + data.length))
      lying.bytes.copy(bytes)
      data.copy(bytes, offset)
      lying.bytes = bytes
      sftp.status(request, STATUS_CODE.OK)
    })
    on('CLOSE', (request, handle: Buffer) => {
      const { path, wrote, listed } = of(handle)
      if (listed === undefined) this.ledger.push({ what: wrote ? 'written' : 'read', path })
      sftp.status(request, STATUS_CODE.OK)
    })
    on('RENAME', (request, from: string, to: string) => {
      if (this.faults.cutsBeforeRename) {
        this.faults.cutsBeforeRename = false
        this.cut()
        return
      }
      const lying = this.disk.get(from)
      if (!lying || this.faults.readOnly || this.disk.has(to)) {
        sftp.status(request, lying ? STATUS_CODE.FAILURE : STATUS_CODE.NO_SUCH_FILE)
        return
      }
      this.disk.delete(from)
      this.disk.set(to, lying)
      this.ledger.push({ what: 'renamed', path: from, to })
      if (this.faults.losesRenameReply) {
        this.faults.losesRenameReply = false
        this.cut()
      } else sftp.status(request, STATUS_CODE.OK)
    })
    on('REMOVE', (request, path: string) => {
      if (this.faults.readOnly || !this.disk.delete(path)) {
        sftp.status(request, STATUS_CODE.PERMISSION_DENIED)
        return
      }
      this.ledger.push({ what: 'removed', path })
      sftp.status(request, STATUS_CODE.OK)
    })
    on('MKDIR', (request, path: string) => {
      if (this.faults.readOnly) {
        sftp.status(request, STATUS_CODE.PERMISSION_DENIED)
        return
      }
      this.#makeFolder(path)
      sftp.status(request, STATUS_CODE.OK)
    })
  }

  #isCut(bytes: number): boolean {
    this.faults.cutAfterBytes -= bytes
    if (this.faults.cutAfterBytes > 0) return false
    this.faults.cutAfterBytes = Number.POSITIVE_INFINITY
    this.cut()
    return true
  }
}
