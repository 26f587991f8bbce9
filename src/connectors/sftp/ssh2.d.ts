/** What is used of ssh2, which brings no types of its own. */
declare module 'ssh2' {
  import type { EventEmitter } from 'node:events'
  import type { Socket } from 'node:net'

  export interface Attributes {
    readonly mode?: number
    readonly size?: number
    readonly atime?: number
    readonly mtime?: number
  }

  export interface Stats {
    readonly size: number
    readonly mtime: number
    readonly mode: number
    isFile(): boolean
    isDirectory(): boolean
    isSymbolicLink(): boolean
  }

  type Done = (error?: Error | null) => void
  type Answer<T> = (error: Error | undefined | null, value: T) => void

  export interface Sftp {
    readdir(path: string, done: Answer<readonly { readonly filename: string; readonly attrs: Stats }[]>): void
    lstat(path: string, done: Answer<Stats>): void
    fstat(handle: Buffer, done: Answer<Stats>): void
    open(path: string, flags: string, done: Answer<Buffer>): void
    read(
      handle: Buffer,
      into: Buffer,
      offset: number,
      length: number,
      position: number,
      done: (error: Error | undefined | null, read: number) => void,
    ): void
    write(handle: Buffer, from: Buffer, offset: number, length: number, position: number, done: Done): void
    close(handle: Buffer, done: Done): void
    rename(from: string, to: string, done: Done): void
    unlink(path: string, done: Done): void
    mkdir(path: string, done: Done): void
    symlink(target: string, path: string, done: Done): void
  }

  export interface ClientOptions {
    readonly host: string
    readonly port: number
    readonly username: string
    readonly privateKey?: string
    readonly password?: string
    readonly readyTimeout: number
    readonly keepaliveInterval: number
    readonly keepaliveCountMax: number
    readonly hostVerifier: (key: Buffer) => boolean
  }

  export class Client extends EventEmitter {
    connect(options: ClientOptions): this
    sftp(done: Answer<Sftp>): void
    setNoDelay(on: boolean): this
    end(): this
    destroy(): this
  }

  export interface Authentication {
    readonly method: string
    readonly username: string
    readonly password?: string
    readonly key?: { readonly algo: string; readonly data: Buffer }
    readonly signature?: Buffer
    readonly blob?: Buffer
    /** Of an RSA signature; absent: SHA-1. */
    readonly hashAlgo?: string
    accept(): void
    reject(methods?: readonly string[]): void
  }

  export interface PublicKey {
    readonly type: string
    getPublicSSH(): Buffer
    isPrivateKey(): boolean
    verify(data: Buffer, signature: Buffer, hashAlgorithm?: string): boolean | Error
  }

  export interface ServerSftp {
    /** The client's side of the channel: how many bytes it takes before it says so again. */
    readonly outgoing: { readonly window: number; readonly state: string }
    on(event: string, listener: (request: number, ...more: never[]) => void): this
    handle(request: number, handle: Buffer): void
    status(request: number, code: number, message?: string): void
    data(request: number, data: Buffer): void
    name(
      request: number,
      names: readonly { readonly filename: string; readonly longname: string; readonly attrs: Attributes }[],
    ): void
    attrs(request: number, attributes: Attributes): void
    end(): void
  }

  export interface ServerSession extends EventEmitter {
    on(event: 'sftp', listener: (accept: () => ServerSftp, reject: () => void) => void): this
    on(event: 'close' | 'end', listener: () => void): this
  }

  export interface ServerConnection extends EventEmitter {
    on(event: 'authentication', listener: (context: Authentication) => void): this
    on(event: 'session', listener: (accept: () => ServerSession, reject: () => void) => void): this
    on(event: 'ready' | 'close', listener: () => void): this
    on(event: 'error', listener: (error: Error) => void): this
    end(): this
  }

  export class Server extends EventEmitter {
    constructor(
      options: { readonly hostKeys: readonly string[]; readonly ident?: string; readonly algorithms?: object },
      listener: (connection: ServerConnection, info: { readonly ip: string; readonly port: number }) => void,
    )
    listen(port: number, host: string, listening: () => void): this
    address(): { readonly port: number }
    close(closed?: () => void): this
    injectSocket(socket: Socket): void
  }

  export const utils: {
    generateKeyPairSync(type: 'ed25519'): { readonly private: string; readonly public: string }
    parseKey(text: string): PublicKey | Error
    readonly sftp: {
      readonly STATUS_CODE: Readonly<
        Record<'OK' | 'EOF' | 'NO_SUCH_FILE' | 'PERMISSION_DENIED' | 'FAILURE' | 'OP_UNSUPPORTED', number>
      >
      readonly OPEN_MODE: Readonly<Record<'READ' | 'WRITE' | 'APPEND' | 'CREAT' | 'TRUNC' | 'EXCL', number>>
    }
  }
}
