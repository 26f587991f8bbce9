import type { FileHandle } from 'node:fs/promises'
import ssh2, { type Attributes, type ServerSftp } from 'ssh2'
import type { Inbox, Upload } from './inbox.ts'
import type { SftpLimits } from './limits.ts'
import { longName } from './long-name.ts'
import { type Outbox, readOnly } from './outbox.ts'
import { failed, notAllowed, notThere, Refusal } from './refusal.ts'
import { fullPath, type Place, placeOf } from './virtual-path.ts'

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp
const FILE = 0o100644
const FOLDER = 0o040755
/** Names in one reply. */
const NAMES = 100
const MOST_READ = 256 * 1024
/** Files whose looks are still told after they were taken in: clients ask for the size of what they uploaded. */
const REMEMBERED = 256
const WINDOW_LOOK_MS = 10

/** What a session stands on. */
export interface SessionPorts {
  readonly user: string
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly limits: SftpLimits
  readonly now: () => number
  /** It is over, and nothing of it is under way. */
  readonly ended: () => void
  /** Something was asked for, or answered. */
  readonly stirred: () => void
  /** More waits than should; or it is little again. */
  readonly pause: () => void
  readonly resume: () => void
  readonly trouble: (what: string, error: unknown) => void
}

interface Looks {
  readonly bytes: number
  readonly changedAt: number
}

interface Row {
  readonly filename: string
  readonly longname: string
  readonly attrs: Attributes
}

type Open =
  | { readonly kind: 'upload'; readonly upload: Upload }
  | { readonly kind: 'download'; readonly file: FileHandle }
  | { readonly kind: 'list'; readonly rows: Row[] }

type Reply = (sftp: ServerSftp, request: number) => void

const done: Reply = (sftp, request) => sftp.status(request, STATUS_CODE.OK)
const told =
  (attributes: Attributes): Reply =>
  (sftp, request) =>
    sftp.attrs(request, attributes)
const refused =
  ({ code, says }: Refusal): Reply =>
  (sftp, request) =>
    sftp.status(request, STATUS_CODE[code], says)

/**
 * One SFTP session: requests one after the other, each answered once what it asks for is done. For the request that makes a
 * file whole that is the commit of its arrival.
 */
export class SftpSession {
  readonly #sftp: ServerSftp
  readonly #ports: SessionPorts
  readonly #open = new Map<number, Open>()
  readonly #takenIn = new Map<string, Looks>()
  #tail: Promise<void> = Promise.resolve()
  #next = 0
  #waiting = 0
  #waitingBytes = 0

  constructor(sftp: ServerSftp, ports: SessionPorts) {
    this.#sftp = sftp
    this.#ports = ports
    this.#on('REALPATH', async (path: string) => {
      const names = [{ filename: fullPath(path), longname: '', attrs: {} }]
      return (client, request) => client.name(request, names)
    })
    this.#on('STAT', async (path: string) => told(await this.#looksOf(placeOf(path))))
    this.#on('LSTAT', async (path: string) => told(await this.#looksOf(placeOf(path))))
    this.#on('FSTAT', async (handle: Buffer) => told(await looksOf(this.#of(handle))))
    this.#on('OPENDIR', async (path: string) => this.#handed({ kind: 'list', rows: await this.#rowsOf(placeOf(path)) }))
    this.#on('READDIR', async (handle: Buffer) => this.#nextRows(this.#of(handle)))
    this.#on('OPEN', async (path: string, flags: number) => this.#handed(await this.#openFile(placeOf(path), flags)))
    this.#on('READ', (handle: Buffer, at: number, length: number) => this.#read(this.#of(handle), at, length))
    this.#on('WRITE', (handle: Buffer, at: number, data: Buffer) => this.#write(this.#of(handle), at, data))
    this.#on('CLOSE', (handle: Buffer) => this.#close(handle))
    this.#on('RENAME', (from: string, to: string) => this.#rename(placeOf(from), placeOf(to)))
    this.#on('REMOVE', (path: string) => this.#remove(placeOf(path)))
    // times and modes are not kept; clients that set them on what they upload are told yes
    this.#on('SETSTAT', async (path: string) => this.#set(placeOf(path)))
    this.#on('FSETSTAT', async (handle: Buffer) => (this.#of(handle).kind === 'upload' ? done : refused(readOnly())))
    // the client has said all it will: its side is closed once all of it is answered
    this.#sftp.on('end', () => void this.end().then(() => this.#sftp.end()))
    for (const asked of ['MKDIR', 'RMDIR', 'SYMLINK', 'READLINK']) this.#on(asked, async () => refused(noFolders()))
  }

  /** The client is gone: what it asked for is finished, what it did not close is none. */
  end(): Promise<void> {
    this.#tail = this.#tail.then(() => this.#shutAll())
    this.#tail.then(this.#ports.ended)
    return this.#tail
  }

  /** Puts a request in line; nothing more is read from the client while too much stands there. */
  #on<A extends unknown[]>(asked: string, work: (...given: A) => Promise<Reply>): void {
    this.#sftp.on(asked, (request: number, ...given: never[]) => {
      const bytes = given.reduce((sum: number, one: unknown) => sum + (Buffer.isBuffer(one) ? one.length : 0), 0)
      this.#weigh(1, bytes)
      this.#tail = this.#tail.then(async () => {
        const reply = await this.#answer(() => work(...(given as unknown as A)))
        this.#weigh(-1, -bytes)
        reply(this.#sftp, request)
      })
    })
  }

  async #answer(work: () => Promise<Reply>): Promise<Reply> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Refusal) return refused(error)
      this.#ports.trouble(`what ${this.#ports.user} asked for over SFTP failed`, error)
      return refused(failed('It could not be done here; try again later.'))
    }
  }

  #weigh(requests: number, bytes: number): void {
    const { limits, stirred, pause, resume } = this.#ports
    this.#waiting += requests
    this.#waitingBytes += bytes
    stirred()
    if (this.#waiting > limits.waitingRequests || this.#waitingBytes > limits.waitingBytes) pause()
    else resume()
  }

  #of(handle: Buffer): Open {
    const open = handle.length === HANDLE_BYTES ? this.#open.get(handle.readUInt32BE()) : undefined
    if (!open) throw failed('There is nothing open under this handle.')
    return open
  }

  #handed(open: Open): Reply {
    this.#next += 1
    this.#open.set(this.#next, open)
    const handle = Buffer.alloc(HANDLE_BYTES)
    handle.writeUInt32BE(this.#next)
    return (sftp, request) => sftp.handle(request, handle)
  }

  async #looksOf(place: Place | undefined): Promise<Attributes> {
    if (!place) throw notThere()
    if (place.box === undefined || place.name === undefined) return FOLDER_LOOKS
    const { inbox, outbox } = this.#ports
    const looks =
      place.box === 'in'
        ? (inbox.looksOf(place.name) ?? this.#takenIn.get(place.name))
        : await outbox.looksOf(place.name)
    if (!looks) throw notThere()
    return fileLooks(looks)
  }

  async #rowsOf(place: Place | undefined): Promise<Row[]> {
    if (!place || (place.box !== undefined && place.name !== undefined)) throw notThere()
    if (this.#open.size >= this.#ports.limits.handles) throw failed('Too much is open at once.')
    const { inbox, outbox, user } = this.#ports
    const folders = place.box === undefined ? ['.', '..', 'in', 'out'] : ['.', '..']
    const files = place.box === undefined ? [] : place.box === 'in' ? inbox.list() : await outbox.list()
    return [
      ...folders.map((name) => rowOf(name, FOLDER_LOOKS, user)),
      ...files.map(({ name, ...looks }) => rowOf(name, fileLooks(looks), user)),
    ]
  }

  #nextRows(open: Open): Reply {
    if (open.kind !== 'list') throw failed('This is no folder.')
    const rows = open.rows.splice(0, NAMES)
    if (rows.length === 0) throw new Refusal('EOF', 'There are no more.')
    return (sftp, request) => sftp.name(request, rows)
  }

  async #openFile(place: Place | undefined, flags: number): Promise<Open> {
    if (!place?.box || place.name === undefined) throw notAllowed('Upload to in/, fetch from out/.')
    const { inbox, outbox, limits } = this.#ports
    if (this.#open.size >= limits.handles) throw failed('Too much is open at once.')
    const writes = (flags & (OPEN_MODE.WRITE | OPEN_MODE.APPEND)) !== 0
    if (place.box === 'out') {
      if (writes) throw readOnly()
      return { kind: 'download', file: await outbox.open(place.name) }
    }
    if (!writes || flags & OPEN_MODE.READ) throw notAllowed('What is uploaded cannot be read again.')
    const how = {
      creates: (flags & OPEN_MODE.CREAT) !== 0,
      empties: (flags & OPEN_MODE.TRUNC) !== 0,
      isNew: (flags & OPEN_MODE.EXCL) !== 0,
    }
    return { kind: 'upload', upload: await inbox.open(place.name, how) }
  }

  async #read(open: Open, at: number, length: number): Promise<Reply> {
    if (open.kind !== 'download') throw notAllowed('This is not open for reading.')
    const into = Buffer.allocUnsafe(Math.min(length, MOST_READ))
    const { bytesRead } = await open.file.read(into, 0, into.length, at)
    if (bytesRead === 0) throw new Refusal('EOF', 'That is all.')
    await this.#windowFor(bytesRead)
    return (sftp, request) => sftp.data(request, into.subarray(0, bytesRead))
  }

  /** What the client does not take yet would be kept in memory: it waits, and the requests behind it. */
  async #windowFor(bytes: number): Promise<void> {
    const until = performance.now() + this.#ports.limits.idleMs
    while (this.#sftp.outgoing.state === 'open' && this.#sftp.outgoing.window < bytes) {
      if (performance.now() > until) throw failed('Nothing was taken for too long.')
      await new Promise((resolve) => setTimeout(resolve, WINDOW_LOOK_MS))
    }
  }

  async #write(open: Open, at: number, data: Buffer): Promise<Reply> {
    if (open.kind !== 'upload') throw notAllowed('This is not open for writing.')
    await this.#ports.inbox.write(open.upload, at, data)
    return done
  }

  async #close(handle: Buffer): Promise<Reply> {
    const open = this.#of(handle)
    this.#open.delete(handle.readUInt32BE())
    if (open.kind === 'download') await open.file.close()
    if (open.kind !== 'upload') return done
    const { name, ...looks } = open.upload.about
    if ((await this.#ports.inbox.close(open.upload)) === 'taken') this.#remember(name, looks)
    return done
  }

  async #rename(from: Place | undefined, to: Place | undefined): Promise<Reply> {
    if (from?.box !== 'in' || to?.box !== 'in' || !from.name || !to.name)
      throw notAllowed('Only what is being uploaded can be given another name, in in/.')
    const before = this.#ports.inbox.looksOf(from.name) ?? this.#takenIn.get(from.name)
    if (!before) throw notThere()
    const { bytes, changedAt } = before
    if (this.#takenIn.delete(from.name)) this.#remember(to.name, { bytes, changedAt })
    else if ((await this.#ports.inbox.rename(from.name, to.name)) === 'taken')
      this.#remember(to.name, { bytes, changedAt })
    return done
  }

  async #remove(place: Place | undefined): Promise<Reply> {
    if (!place?.box || place.name === undefined) throw notAllowed('Folders stay.')
    if (place.box === 'out') await this.#ports.outbox.remove(place.name)
    else if (this.#takenIn.has(place.name)) throw notAllowed('It has been taken in.')
    else await this.#ports.inbox.remove(place.name)
    return done
  }

  async #set(place: Place | undefined): Promise<Reply> {
    if (place?.box !== 'in') throw readOnly()
    await this.#looksOf(place)
    return done
  }

  #remember(name: string, { bytes, changedAt }: Looks): void {
    this.#takenIn.set(name, { bytes, changedAt })
    const [oldest] = this.#takenIn.keys()
    if (oldest !== undefined && this.#takenIn.size > REMEMBERED) this.#takenIn.delete(oldest)
  }

  async #shutAll(): Promise<void> {
    const open = [...this.#open.values()]
    this.#open.clear()
    for (const one of open) {
      const shut =
        one.kind === 'upload' ? this.#ports.inbox.abandon(one.upload) : one.kind === 'download' && one.file.close()
      await Promise.resolve(shut).catch((error: unknown) =>
        this.#ports.trouble('a file of SFTP could not be closed', error),
      )
    }
  }
}

const HANDLE_BYTES = 4
const FOLDER_LOOKS: Attributes = { mode: FOLDER, size: 0, atime: 0, mtime: 0 }

const noFolders = () => notAllowed('There are the folders in and out, and no links.')

function fileLooks({ bytes, changedAt }: Looks): Attributes {
  const seconds = Math.floor(changedAt / 1_000)
  return { mode: FILE, size: bytes, atime: seconds, mtime: seconds }
}

const rowOf = (name: string, attrs: Attributes, user: string): Row => ({
  filename: name,
  longname: longName(name, attrs, user),
  attrs,
})

async function looksOf(open: Open): Promise<Attributes> {
  if (open.kind === 'list') return FOLDER_LOOKS
  if (open.kind === 'upload') return fileLooks(open.upload.about)
  const { size, mtimeMs } = await open.file.stat()
  return fileLooks({ bytes: size, changedAt: mtimeMs })
}
