import type { Route } from '../journal/route.ts'
import { type Check, checkFor, queryReader } from './checks.ts'
import { errors } from './errors.ts'
import { mediaTypeOf } from './headers.ts'
import type { Limits } from './limits.ts'
import type { Counter, Histogram, Metrics } from './metrics.ts'

export const JSON_TYPE = 'application/json'
export const NDJSON_TYPE = 'application/x-ndjson'
/** For doors that take whatever comes. */
export const ANY_TYPE = '*/*'

/** A route with everything worked out that does not depend on the request. */
export interface Door<Ports> {
  readonly route: Route<Ports>
  /** Its paths, for telling a wrong method from a wrong path. */
  readonly pattern: RegExp
  readonly takesBody: boolean
  readonly accepts: ReadonlySet<string>
  readonly checkBody: Check | undefined
  readonly checkParams: Check | undefined
  readonly readQuery: (raw: Readonly<Record<string, unknown>>) => Record<string, unknown>
  readonly limitFor: (contentType: string) => number
  readonly durations: Histogram
  /** Requests answered, by status. */
  readonly answered: (status: number) => Counter
}

/** Prepares a route: compiles its schemas and opens its series. */
export function doorFor<Ports>(route: Route<Ports>, limits: Limits, metrics: Metrics): Door<Ports> {
  const accepts = new Set(route.accepts ?? (route.batch ? [JSON_TYPE, NDJSON_TYPE] : [JSON_TYPE]))
  const ownLimit = route.limitBytes ?? limits.bodyBytes
  const arrayLimit = route.limitBytes ?? limits.arrayBytes
  const bulkLimit = route.limitBytes ?? limits.bulkBytes
  const limitFor = route.batch
    ? (contentType: string) => (contentType === JSON_TYPE ? arrayLimit : bulkLimit)
    : () => ownLimit
  const labels = { method: route.method, route: route.path }
  const byStatus = new Map<number, Counter>()
  const answered = (status: number) => {
    let counter = byStatus.get(status)
    if (!counter) {
      const all = { ...labels, status: String(status) }
      counter = metrics.counter('crossdock_http_requests_total', 'HTTP requests answered.', all)
      byStatus.set(status, counter)
    }
    return counter
  }
  return {
    route,
    pattern: new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    takesBody: route.body !== undefined || route.accepts !== undefined || route.batch === true,
    accepts,
    checkBody: route.body && !route.checksOwnBody ? checkFor(route.body) : undefined,
    checkParams: route.params ? checkFor(route.params) : undefined,
    readQuery: queryReader(route.query),
    limitFor,
    durations: metrics.histogram(
      'http_server_request_duration_seconds',
      'From the head of a request to its answer.',
      labels,
    ),
    answered,
  }
}

/** The media type of the body, when the door takes it. Throws `XD_GATEWAY_CONTENT_TYPE`. */
export function acceptedType<Ports>(door: Door<Ports>, header: string | undefined): string {
  if (header !== undefined && door.accepts.has(ANY_TYPE)) return header
  const type = mediaTypeOf(header)
  if (type === undefined || !door.accepts.has(type)) throw errors.CONTENT_TYPE([...door.accepts].join(', '))
  return type
}

/**
 * Path parameters that may be handed on: none empty, with control characters, or a step upwards. Whatever is odd is
 * simply not there: `XD_GATEWAY_NOT_FOUND`.
 */
export function plainParams<Ports>(door: Door<Ports>, params: Readonly<Record<string, string>>): void {
  for (const name in params) {
    const value = params[name] as string
    if (value === '' || hasControl(value) || isStepUp(value)) throw errors.NOT_FOUND()
  }
  if (door.checkParams && door.checkParams(params).length > 0) throw errors.NOT_FOUND()
}

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 0x20 || code === 0x7f) return true
  }
  return false
}

const isStepUp = (text: string) => text.includes('..') && text.split(/[/\\]/).includes('..')
