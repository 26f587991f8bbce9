import { mkdir, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import ssh2, { type Authentication, type ServerConnection } from 'ssh2'
import { fingerprintOf } from '../../connectors/sftp/line.ts'
import { errors } from './errors.ts'
import { Inbox, type Taken } from './inbox.ts'
import { SFTP_LIMITS, type SftpLimits } from './limits.ts'
import { Outbox } from './outbox.ts'
import { SftpSession } from './session.ts'
import { type Credentials, SignIn } from './sign-in.ts'

/** A partner's account, its secrets read and its folders known. */
export interface DoorAccount extends Credentials {
  /** The partner: in whose name files come in. */
  readonly system: string
  readonly completes: 'close' | 'rename'
  /** Absolute paths; made where they are not there. */
  readonly folders: { readonly out: string; readonly taken: string; readonly unfinished: string }
}

/** What the doorway is opened with. */
export interface SftpDoorOptions {
  readonly host: string
  readonly port: number
  /** Private, as text. */
  readonly hostKey: string
  readonly accounts: readonly DoorAccount[]
  readonly limits?: Partial<SftpLimits>
  readonly now: () => number
  /** Takes a whole file in for a partner; resolves once it is committed. */
  readonly take: (system: string, name: string, bytes: Uint8Array) => Promise<Taken>
  readonly isUnfinished: (name: string) => boolean
  /** Hears of an upload of a partner that was thrown away, and why. */
  readonly pushRefused: (system: string, name: string, why: string) => void
  /** Hears of somebody who could not sign in. */
  readonly refused: (error: ReturnType<typeof errors.SIGN_IN_REFUSED>, source: string) => void
  readonly trouble: (what: string, error: unknown) => void
}

/** An open doorway. */
export interface SftpDoor {
  readonly port: number
  /** The host key as `ssh-keygen -lf` shows it: what partners are told. */
  readonly print: string
  /** Lets nobody in any more, finishes what is being taken in, and hangs up. */
  close(): Promise<void>
}

interface Box {
  readonly account: DoorAccount
  readonly inbox: Inbox
  readonly outbox: Outbox
  connections: number
}

/** What is offered beyond the package's own list: no SHA-1, and nothing that is unpacked before it is measured. */
const ALGORITHMS = { hmac: { remove: ['hmac-sha1', 'hmac-sha1-etm@openssh.com'] }, compress: ['none'] }
const GRACE_MS = 5_000

/**
 * Opens the SFTP doorway: each partner has an account with a folder it uploads to and one it fetches from, both inside the hub
 * and neither a path on its disk. The reply to the request that makes a file whole waits for the commit of its arrival.
 */
export async function openSftpDoor(options: SftpDoorOptions): Promise<SftpDoor> {
  const door = new Doorway(options)
  await door.open()
  return { port: door.port, print: door.print, close: () => door.close() }
}

class Doorway {
  readonly #options: SftpDoorOptions
  readonly #limits: SftpLimits
  readonly #signIn: SignIn
  readonly #boxes = new Map<string, Box>()
  readonly #lines = new Set<Line>()
  /** The package tells a connection by its other end. */
  readonly #byPeer = new Map<string, Line>()
  readonly #ssh: InstanceType<typeof ssh2.Server>
  readonly #server: Server
  readonly print: string

  constructor(options: SftpDoorOptions) {
    this.#options = options
    this.#limits = { ...SFTP_LIMITS, ...options.limits }
    this.#signIn = new SignIn(options.accounts)
    const key = ssh2.utils.parseKey(options.hostKey)
    if (key instanceof Error) throw errors.HOST_KEY_UNREADABLE('hostKey', key.message)
    this.print = fingerprintOf(key.getPublicSSH())
    for (const account of options.accounts) this.#boxes.set(account.user, this.#boxOf(account))
    this.#ssh = new ssh2.Server(
      { hostKeys: [options.hostKey], ident: 'Crossdock', algorithms: ALGORITHMS },
      (connection, { ip, port }) => this.#greet(connection, this.#byPeer.get(peerOf(ip, port))),
    )
    this.#server = createServer((socket) => this.#answer(socket))
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address ? address.port : this.#options.port
  }

  async open(): Promise<void> {
    for (const { folders } of this.#options.accounts) {
      await rm(folders.unfinished, { recursive: true, force: true }) // nothing in it was ever accepted
      for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o700 })
    }
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#options.port, this.#options.host, () => resolve())
    })
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    const settled = Promise.all([...this.#boxes.values()].map(({ inbox }) => inbox.settled()))
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, GRACE_MS).unref())])
    await new Promise(setImmediate) // the last replies go out
    await Promise.all([...this.#lines].map((line) => line.hangUp()))
    await closed
  }

  #boxOf(account: DoorAccount): Box {
    const { now, take, isUnfinished, pushRefused } = this.#options
    const { mostBytes, unfinishedFiles, unfinishedMs, uploadMs } = this.#limits
    const inbox = new Inbox({
      folder: account.folders.unfinished,
      completes: account.completes,
      mostBytes,
      mostFiles: unfinishedFiles,
      keepMs: unfinishedMs,
      uploadMs,
      now,
      isUnfinished,
      take: (name, bytes) => this.#inTime(take(account.system, name, bytes)),
      refused: (name, why) => pushRefused(account.system, name, why),
    })
    return { account, inbox, outbox: new Outbox(account.folders.out, account.folders.taken, now), connections: 0 }
  }

  /** A commit that takes too long is neither a yes nor a no: the client sends it again, and it has no second effect. */
  async #inTime(taking: Promise<Taken>): Promise<Taken> {
    const late: Taken = { kept: false, why: 'Nobody can say yet whether it was taken in; send it again.' }
    const timer: { at?: ReturnType<typeof setTimeout> } = {}
    const tooLate = new Promise<Taken>((resolve) => {
      timer.at = setTimeout(() => resolve(late), this.#limits.commitMs)
    })
    return Promise.race([taking, tooLate]).finally(() => clearTimeout(timer.at))
  }

  #answer(socket: Socket): void {
    const strangers = [...this.#lines].filter(({ box }) => box === undefined).length
    if (strangers >= this.#limits.strangers) {
      socket.destroy()
      return
    }
    socket.setNoDelay(true)
    const line = new Line(socket, this.#limits, () => this.#gone(line))
    this.#lines.add(line)
    this.#byPeer.set(line.peer, line)
    this.#ssh.injectSocket(socket)
  }

  #gone(line: Line): void {
    this.#lines.delete(line)
    this.#byPeer.delete(line.peer)
    if (line.box) line.box.connections -= 1
    // clients offer one key after another: only who got in with none of them is worth a word
    else if (line.triedAs !== undefined)
      this.#options.refused(errors.SIGN_IN_REFUSED(nameOf(line.triedAs)), line.source)
  }

  #greet(connection: ServerConnection, line: Line | undefined): void {
    if (!line) {
      connection.end()
      return
    }
    connection.on('error', () => line.cut()) // whatever a client does wrong ends its connection and nothing else
    connection.on('authentication', (shown) => this.#admit(shown, line))
    connection.on('session', (accept, reject) => {
      const { box } = line
      if (!box || line.sessions.size >= this.#limits.sessionsOfOne) {
        reject()
        return
      }
      accept().on('sftp', (acceptSftp) => {
        line.signedIn()
        const session: SftpSession = new SftpSession(acceptSftp(), {
          user: box.account.user,
          inbox: box.inbox,
          outbox: box.outbox,
          limits: this.#limits,
          now: this.#options.now,
          ended: () => line.sessions.delete(session),
          stirred: () => line.stirred(),
          pause: () => line.socket.pause(),
          resume: () => line.socket.resume(),
          trouble: this.#options.trouble,
        })
        line.sessions.add(session)
      })
    })
  }

  #admit(shown: Authentication, line: Line): void {
    const box = this.#boxes.get(shown.username)
    const isProven = this.#signIn.isProven(shown)
    const hasRoom = box !== undefined && box.connections < this.#limits.connectionsOfOne
    if (isProven && hasRoom) {
      if (shown.method !== 'publickey' || shown.signature) {
        box.connections += 1
        line.box = box
      }
      shown.accept()
      return
    }
    if (shown.method !== 'none') line.triedAs = shown.username
    line.tries += 1
    const refuse = () => (line.tries >= this.#limits.tries ? line.cut() : shown.reject(this.#signIn.methods))
    if (shown.method === 'password') setTimeout(refuse, this.#limits.wrongPasswordMs).unref()
    else refuse()
  }
}

/** A user that somebody made up is written down short and plain. */
const nameOf = (user: string): string => user.replace(/[^\w.@-]/g, '?').slice(0, 32)

const peerOf = (address = '', port = 0): string => `${address} ${port}`

/** One connection: who it belongs to, how long it may go on, and what is open on it. */
class Line {
  readonly socket: Socket
  readonly source: string
  readonly peer: string
  readonly sessions = new Set<SftpSession>()
  readonly #limits: SftpLimits
  box: Box | undefined
  tries = 0
  /** The user somebody tried to be, last. */
  triedAs: string | undefined
  #timer: ReturnType<typeof setTimeout>
  #ended: Promise<unknown> | undefined

  constructor(socket: Socket, limits: SftpLimits, gone: () => void) {
    this.socket = socket
    this.source = socket.remoteAddress ?? ''
    this.peer = peerOf(socket.remoteAddress, socket.remotePort)
    this.#limits = limits
    this.#timer = setTimeout(() => this.cut(), limits.signInMs)
    socket.once('close', () => {
      clearTimeout(this.#timer)
      gone()
      this.#end()
    })
  }

  /** From here on it may rest for as long as a partner may. */
  signedIn(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.cut(), this.#limits.idleMs)
  }

  stirred(): void {
    this.#timer.refresh()
  }

  cut(): void {
    this.socket.destroy()
  }

  /** Resolves once it is closed and nothing of it is under way. */
  async hangUp(): Promise<void> {
    const closed = new Promise((resolve) => this.socket.once('close', resolve))
    this.socket.destroySoon()
    await this.#end()
    this.cut()
    await closed
  }

  #end(): Promise<unknown> {
    this.#ended ??= Promise.all([...this.sessions].map((session) => session.end()))
    return this.#ended
  }
}
