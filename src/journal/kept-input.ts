import type { Input } from './contract.ts'

/** An input of a parked subject as it is kept: with its chain, and the room at which it goes on. */
export interface KeptInput {
  readonly input: Input
  readonly correlation: string
  readonly cause: string | undefined
  /** The rooms before this one have decided it already; absent: none has. */
  readonly room: string | undefined
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function encodeKept({ input, correlation, cause, room }: KeptInput): Uint8Array {
  return encoder.encode(JSON.stringify({ i: input, c: correlation, w: cause, r: room }))
}

export function decodeKept(body: Uint8Array): KeptInput {
  const { i, c, w, r } = JSON.parse(decoder.decode(body)) as { i: Input; c: string; w?: string; r?: string }
  return { input: i, correlation: c, cause: w, room: r }
}
