/** An FTPS server in this process, with files in memory, a ledger of its own, and the faults that real ones have. */
import { createServer, type Server, type Socket } from 'node:net'
import { posix } from 'node:path'
import { createSecureContext, TLSSocket } from 'node:tls'

/** Who the server is, and who may come in. */
export interface FtpsServerOptions {
  readonly certificate: string
  readonly key: string
  readonly user?: string
  readonly password?: string
  /** Without: it lists as `ls -l` does, and its times are asked for one by one. */
  readonly hasMlsd?: boolean
}

interface Lying {
  bytes: Buffer
  changedAt: number
}

/** A served disk. Change its faults while it runs. */
export class FtpsServer {
  readonly disk = new Map<string, Lying>()
  readonly folders = new Set(['/', '/in', '/out', '/in/taken'])
  /** Commands as they came, passwords too: what was sent in the clear stands in `clear`. */
  readonly said: string[] = []
  readonly clear: string[] = []
  readonly faults = {
    losesRenameReply: false,
    cutsBeforeRename: false,
    /** Cuts the data connection once, after so many bytes. */
    cutAfterBytes: Number.POSITIVE_INFINITY,
    refusesTls: false,
    silent: false,
    readOnly: false,
  }
  connections = 0
  port = 0
  #options: FtpsServerOptions
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined

  constructor(options: FtpsServerOptions) {
    this.#options = options
  }

  async listen(port = 0): Promise<void> {
    const server = createServer((socket) => this.#serve(socket))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    this.port = (server.address() as { port: number }).port
  }

  /** Shows another certificate from now on. */
  shows(options: Pick<FtpsServerOptions, 'certificate' | 'key'>): void {
    this.#options = { ...this.#options, ...options }
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise<void>((resolve) => this.#server?.close(() => resolve()))
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  put(path: string, text: string, changedAt = Date.UTC(2026, 0, 5, 8)): void {
    this.disk.set(path, { bytes: Buffer.from(text), changedAt })
  }

  text(path: string): string | undefined {
    return this.disk.get(path)?.bytes.toString()
  }

  names(folder: string): string[] {
    return [...this.disk.keys()].filter((path) => posix.dirname(path) === folder).map((path) => posix.basename(path))
  }

  #serve(socket: Socket): void {
    this.connections += 1
    this.#track(socket)
    new Talk(this, socket, this.#options, (extra) => this.#track(extra)).greet()
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {}) // a client that cuts is what some tests are about
    socket.once('close', () => this.#sockets.delete(socket))
  }
}

const stamp = (at: number): string => new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)

/** One client's commands, answered one by one. */
class Talk {
  readonly #of: FtpsServer
  readonly #options: FtpsServerOptions
  readonly #track: (socket: Socket) => void
  #control: Socket
  #isSecure = false
  #isIn = false
  #user = ''
  #from = ''
  #data: Promise<TLSSocket> | undefined
  #rest = ''

  constructor(of: FtpsServer, control: Socket, options: FtpsServerOptions, track: (socket: Socket) => void) {
    this.#of = of
    this.#control = control
    this.#options = options
    this.#track = track
  }

  greet(): void {
    this.#hear(this.#control)
    this.#say('220 Ready')
  }

  #hear(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      const lines = (this.#rest + chunk.toString()).split('\r\n')
      this.#rest = lines.pop() ?? ''
      for (const line of lines) void this.#do(line)
    })
  }

  #say(text: string): void {
    this.#control.write(`${text}\r\n`)
  }

  async #do(line: string): Promise<void> {
    const [verb = '', ...words] = line.split(' ')
    const path = posix.resolve('/', words.join(' '))
    this.#of.said.push(line)
    if (!this.#isSecure) this.#of.clear.push(line)
    if (this.#of.faults.silent) return
    if (verb === 'AUTH') return this.#secure()
    if (!this.#isSecure) return this.#say('534 TLS only')
    if (verb === 'USER') {
      this.#user = words[0] ?? ''
      return this.#say('331 And the password?')
    }
    if (verb === 'PASS') {
      const { user = 'acme', password = 'open sesame' } = this.#options
      this.#isIn = this.#user === user && words.join(' ') === password
      return this.#say(this.#isIn ? '230 Welcome' : '530 Login incorrect')
    }
    if (!this.#isIn) return this.#say('530 Log in first')
    await this.#serve(verb, path)
  }

  #secure(): void {
    if (this.#of.faults.refusesTls) {
      this.#say('502 No TLS here')
      return
    }
    this.#say('234 Go on')
    this.#control.removeAllListeners('data')
    const secure = this.#wrapped(this.#control)
    this.#control = secure
    this.#isSecure = true
    this.#hear(secure)
  }

  #wrapped(socket: Socket): TLSSocket {
    const { certificate: cert, key } = this.#options
    const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ cert, key }) })
    this.#track(secure)
    return secure
  }

  async #serve(verb: string, path: string): Promise<void> {
    const { disk, folders, faults } = this.#of
    const lying = disk.get(path)
    switch (verb) {
      case 'FEAT':
        return this.#say(
          this.#options.hasMlsd === false ? '211 None' : '211-Features\r\n MLST type*;size*;modify*;\r\n211 End',
        )
      case 'TYPE':
      case 'STRU':
      case 'OPTS':
      case 'PBSZ':
      case 'PROT':
        return this.#say('200 Yes')
      case 'EPSV':
        return this.#listen()
      case 'SIZE':
        return this.#say(lying ? `213 ${lying.bytes.length}` : '550 No such file')
      case 'MDTM':
        return this.#say(lying ? `213 ${stamp(lying.changedAt)}` : '550 No such file')
      case 'MLSD':
      case 'LIST':
        return this.#send(this.#listing(verb, posix.resolve('/', path.replace(/^\/-a ?/, ''))))
      case 'RETR':
        return lying ? this.#send(lying.bytes) : this.#say('550 No such file')
      case 'STOR':
        return faults.readOnly ? this.#say('550 Denied') : this.#store(path)
      case 'MKD':
        folders.add(path)
        return this.#say('257 Made')
      case 'DELE':
        if (faults.readOnly || !disk.delete(path)) return this.#say('550 Denied')
        return this.#say('250 Gone')
      case 'RNFR':
        this.#from = path
        return this.#say(lying ? '350 To what?' : '550 No such file')
      case 'RNTO':
        return this.#rename(path)
      default:
        return this.#say('502 Unknown')
    }
  }

  #rename(to: string): void {
    const { disk, faults } = this.#of
    if (faults.cutsBeforeRename) {
      faults.cutsBeforeRename = false
      this.#of.cut()
      return
    }
    const lying = disk.get(this.#from)
    if (!lying || faults.readOnly) {
      this.#say('550 Denied')
      return
    }
    disk.delete(this.#from)
    disk.set(to, lying)
    if (faults.losesRenameReply) {
      faults.losesRenameReply = false
      this.#of.cut()
    } else this.#say('250 Renamed')
  }

  #listing(verb: string, folder: string): Buffer {
    const rows = this.#of.names(folder).map((name) => {
      const { bytes, changedAt } = this.#of.disk.get(posix.join(folder, name)) as Lying
      return verb === 'MLSD'
        ? `type=file;size=${bytes.length};modify=${stamp(changedAt)}; ${name}`
        : `-rw-r--r-- 1 ftp ftp ${bytes.length} Jan 05 08:00 ${name}`
    })
    const below = [...this.#of.folders].filter((path) => path !== '/' && posix.dirname(path) === folder)
    const others = below.map((path) =>
      verb === 'MLSD'
        ? `type=dir; ${posix.basename(path)}`
        : `drwxr-xr-x 1 ftp ftp 0 Jan 05 08:00 ${posix.basename(path)}`,
    )
    return Buffer.from([...rows, ...others].map((row) => `${row}\r\n`).join(''))
  }

  #listen(): void {
    const server = createServer()
    this.#data = new Promise((resolve) => {
      server.once('connection', (socket) => {
        server.close()
        this.#track(socket)
        resolve(this.#wrapped(socket))
      })
    })
    server.listen(0, '127.0.0.1', () => this.#say(`229 Here (|||${(server.address() as { port: number }).port}|)`))
  }

  async #send(bytes: Buffer): Promise<void> {
    const { faults } = this.#of
    this.#say('150 Coming')
    const data = await (this.#data as Promise<TLSSocket>)
    if (bytes.length > faults.cutAfterBytes) {
      data.write(bytes.subarray(0, faults.cutAfterBytes))
      faults.cutAfterBytes = Number.POSITIVE_INFINITY
      data.once('drain', () => this.#of.cut())
      setTimeout(() => this.#of.cut(), 20)
      return
    }
    data.end(bytes, () => this.#say('226 Done'))
  }

  async #store(path: string): Promise<void> {
    const { disk, faults } = this.#of
    this.#say('150 Go on')
    const data = await (this.#data as Promise<TLSSocket>)
    const lying = { bytes: Buffer.alloc(0), changedAt: Date.UTC(2026, 0, 5, 9) }
    disk.set(path, lying)
    for await (const chunk of data) {
      lying.bytes = Buffer.concat([lying.bytes, chunk as Buffer])
      if (lying.bytes.length < faults.cutAfterBytes) continue
      faults.cutAfterBytes = Number.POSITIVE_INFINITY
      return this.#of.cut()
    }
    this.#say('226 Stored')
  }
}
