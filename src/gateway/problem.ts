import { CrossdockError, type FieldFault } from '../base/errors.ts'
import { errors } from './errors.ts'

/** An RFC 9457 problem as it goes out. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly retry: string
  readonly remedy: string
  readonly trace_id: string
  readonly errors?: readonly FieldFault[]
}

export const PROBLEM_TYPE = 'application/problem+json'

/**
 * The problem a caller sees: code, sentence, way out and the places that are wrong; never a stack or a statement.
 * What is not one of our errors is a fault of the hub and says no more than that.
 */
export function problemOf(thrown: unknown, traceId: string): Problem {
  const error = thrown instanceof CrossdockError ? thrown : errors.INTERNAL()
  return {
    type: `urn:crossdock:error:${error.code}`,
    title: titleOf(error.code),
    status: error.status,
    detail: error.message,
    code: error.code,
    retry: error.retry,
    remedy: error.remedy,
    trace_id: traceId,
    ...(error.faults.length > 0 ? { errors: error.faults } : {}),
  }
}

/** `XD_GATEWAY_JSON_TOO_DEEP` is “Json too deep”: the same for every problem of one type. */
function titleOf(code: string): string {
  const words = code.split('_').slice(2).join(' ').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Seconds to wait, when an error is worth trying again: carried by the error, else 1. */
export function retryAfterOf(error: CrossdockError): number | undefined {
  if (error.retry !== 'later') return undefined
  const carried = (error as { retryAfterSeconds?: unknown }).retryAfterSeconds
  return typeof carried === 'number' && carried > 0 ? Math.ceil(carried) : 1
}

/** The error with the seconds its sender should wait: `Retry-After`. */
export function waiting(error: CrossdockError, retryAfterSeconds: number): CrossdockError {
  return Object.assign(error, { retryAfterSeconds })
}
