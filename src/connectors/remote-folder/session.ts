import type { SourceEntry } from '../contract.ts'
import type { Looks } from '../folder/exact-move.ts'

/** What can be done on somebody else's server, whatever it speaks. */
export interface RemoteSession {
  /** What lies in a folder; links, folders and names that lead elsewhere are `other`. */
  list(folder: string): Promise<readonly SourceEntry[]>
  /** Undefined when it is not there. */
  looksOf(path: string): Promise<Looks | undefined>
  /** At most so many bytes: what has grown beyond them since it was looked at is not read on. */
  read(path: string, mostBytes: number): Promise<Uint8Array>
  /** A whole file; one of the same name is written over. */
  write(path: string, bytes: Uint8Array): Promise<void>
  /** Never over another file. */
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Unless it is there. */
  makeFolder(path: string): Promise<void>
}

/** A connection to a server, made when it is first needed and again after it was lost. */
export interface RemoteLine {
  /** Does something over the connection, within a time. What is not answered by then cuts it, so that nothing follows. */
  use<T>(timeoutMs: number, work: (session: RemoteSession) => Promise<T>): Promise<T>
  /** The server answered, and said no; whatever it was asked for is not done. */
  saidNo(error: unknown): boolean
  /** For good. */
  close(): Promise<void>
}

/** Names that lead elsewhere on some system, or end a line. */
export const LEADS_ELSEWHERE = /[/\\\0]/
