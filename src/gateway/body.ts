import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { CrossdockError } from '../base/errors.ts'
import type { Refusal } from './admission.ts'
import { errors } from './errors.ts'
import { waiting } from './problem.ts'

/** How many times larger than its compressed form a body may be. */
const MOST_RATIO = 100
/** Below this many unpacked bytes the ratio says nothing. */
const RATIO_COUNTS_FROM = 64 * 1024

/** The client hung up before the body was complete: there is nobody to answer and nothing to do. */
export class HungUp extends Error {
  constructor() {
    super('the client hung up while it was sending')
    this.name = 'HungUp'
  }
}

/** Bytes of bodies that are being read, by all connections together. Over `most` the hub is overloaded, not the disk. */
export interface BodyBudget {
  bytes: number
  readonly most: number
}

/** Hears how much of a body has come, and answers why no more of it can be taken. */
export interface Arriving {
  came(bytes: number): Refusal | undefined
}

/**
 * Reads a body of at most `limit` bytes, gzip undone, and stops reading at the limit. The answer is the request's own
 * buffer. Rejects with `XD_GATEWAY_BODY_TOO_LARGE`, `XD_GATEWAY_BODY_UNREADABLE`, `XD_GATEWAY_CONTENT_ENCODING`,
 * `XD_GATEWAY_OVERLOADED` or {@link HungUp}.
 */
export function readBody(
  request: IncomingMessage,
  limit: number,
  budget: BodyBudget,
  arriving: Arriving,
): Promise<Buffer> {
  const encoding = request.headers['content-encoding']
  if (encoding === undefined || encoding === 'identity') return readPlain(request, limit, budget, arriving)
  if (encoding.toLowerCase() === 'gzip') return readGzip(request, limit, budget, arriving)
  return Promise.reject(errors.CONTENT_ENCODING())
}

function readPlain(request: IncomingMessage, limit: number, budget: BodyBudget, arriving: Arriving): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.reject(errors.BODY_TOO_LARGE(limit))
  return collect(request, request, limit, budget, arriving)
}

function readGzip(request: IncomingMessage, limit: number, budget: BodyBudget, arriving: Arriving): Promise<Buffer> {
  const gunzip = createGunzip()
  let packed = 0
  let unpacked = 0
  const body = collect(request, gunzip, limit, budget, arriving)
  request.on('data', (chunk: Buffer) => {
    packed += chunk.length
  })
  gunzip.on('data', (chunk: Buffer) => {
    unpacked += chunk.length
    if (unpacked > RATIO_COUNTS_FROM && unpacked > packed * MOST_RATIO) gunzip.destroy(errors.BODY_TOO_LARGE(limit))
  })
  request.pipe(gunzip)
  return body.finally(() => {
    request.unpipe(gunzip)
    gunzip.destroy()
  })
}

function collect(
  request: IncomingMessage,
  source: Readable,
  limit: number,
  budget: BodyBudget,
  arriving: Arriving,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const settle = () => {
      budget.bytes -= size
      source.off('data', take)
      source.off('end', finish)
      source.off('error', fail)
      request.off('close', hangUp)
    }
    const take = (chunk: Buffer) => {
      size += chunk.length
      budget.bytes += chunk.length
      if (budget.bytes > budget.most) fail(errors.OVERLOADED())
      else if (size > limit) fail(errors.BODY_TOO_LARGE(limit))
      else {
        const refusal = arriving.came(size)
        if (refusal) fail(waiting(errors.OVERLOADED(), refusal.retryAfterSeconds))
        else chunks.push(chunk)
      }
    }
    const finish = () => {
      settle()
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size))
    }
    const fail = (error: unknown) => {
      settle()
      source.on('error', noMatter) // destroying it later may say so again; the first reason stands
      source.pause()
      reject(isOurs(error) ? error : source === request ? new HungUp() : errors.BODY_UNREADABLE())
    }
    const hangUp = () => {
      if (request.complete) return
      fail(new HungUp())
    }
    source.on('data', take)
    source.on('end', finish)
    source.on('error', fail)
    request.on('close', hangUp)
  })
}

const isOurs = (error: unknown) => error instanceof HungUp || error instanceof CrossdockError

function noMatter(): void {}
