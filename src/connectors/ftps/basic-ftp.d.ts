/** What is used of basic-ftp; whole folders and connections without TLS are not. */
declare module 'basic-ftp' {
  import type { Readable, Writable } from 'node:stream'
  import type { ConnectionOptions } from 'node:tls'

  export interface FileInfo {
    readonly name: string
    readonly size: number
    readonly isFile: boolean
    readonly modifiedAt?: Date
  }

  export class Client {
    constructor(timeoutMs: number, options?: { readonly maxListingBytes?: number })
    readonly closed: boolean
    connect(host: string, port: number): Promise<unknown>
    useTLS(options: ConnectionOptions): Promise<unknown>
    login(user: string, password: string): Promise<unknown>
    useDefaultSettings(): Promise<void>
    sendIgnoringError(command: string): Promise<{ readonly code: number; readonly message: string }>
    list(path: string): Promise<readonly FileInfo[]>
    size(path: string): Promise<number>
    lastMod(path: string): Promise<Date>
    uploadFrom(source: Readable, path: string): Promise<unknown>
    downloadTo(destination: Writable, path: string): Promise<unknown>
    rename(from: string, to: string): Promise<unknown>
    remove(path: string): Promise<unknown>
    close(): void
  }
}
