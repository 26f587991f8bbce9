import type { Headers, RequestLine } from '../webhook/index.ts'
import { type Member, parametersText, quoted } from './structured-fields.ts'

/** What a signature is about. */
export interface SignedMessage extends RequestLine {
  readonly headers: Headers
}

/** What a signature covers, as it is written behind its label: `("@method" …);created=…`. */
export function coverText({ items, parameters }: Pick<Member, 'items' | 'parameters'>): string {
  return `(${items.map(({ item }) => item.text).join(' ')})${parametersText(parameters)}`
}

/**
 * The text that is signed (RFC 9421, section 2.5); undefined when it covers something twice, something that is not there,
 * or something nobody here knows how to read.
 */
export function signatureBase(
  cover: Pick<Member, 'items' | 'parameters'>,
  message: SignedMessage,
  scheme: 'https' | 'http',
): string | undefined {
  const lines: string[] = []
  const seen = new Set<string>()
  for (const { item, parameters } of cover.items) {
    const { value: name } = item
    if (typeof name !== 'string' || !item.text.startsWith('"') || parameters.size > 0 || seen.has(name))
      return undefined
    seen.add(name)
    const value = name.startsWith('@') ? derived(name, message, scheme) : field(name, message.headers)
    if (value === undefined) return undefined
    lines.push(`${quoted(name)}: ${value}\n`)
  }
  return `${lines.join('')}"@signature-params": ${coverText(cover)}`
}

/** Whether a cover says how the request was addressed as a whole: then the scheme is part of what was signed. */
export const needsScheme = ({ items }: Pick<Member, 'items'>): boolean =>
  items.some(({ item: { value } }) => value === '@target-uri' || value === '@scheme' || value === '@authority')

function derived(name: string, { method, target, headers }: SignedMessage, scheme: string): string | undefined {
  const ends = target.indexOf('?')
  switch (name) {
    case '@method':
      return method
    case '@scheme':
      return scheme
    case '@request-target':
      return target
    case '@path':
      return (ends < 0 ? target : target.slice(0, ends)) || '/'
    case '@query':
      return ends < 0 ? '?' : target.slice(ends)
    case '@authority':
      return authorityOf(headers, scheme)
    case '@target-uri': {
      const authority = authorityOf(headers, scheme)
      return authority === undefined ? undefined : `${scheme}://${authority}${target}`
    }
    default:
      return undefined
  }
}

function authorityOf(headers: Headers, scheme: string): string | undefined {
  const host = field('host', headers)?.toLowerCase()
  return host?.replace(scheme === 'https' ? /:443$/ : /:80$/, '')
}

function field(name: string, headers: Headers): string | undefined {
  const value = headers[name]
  if (value === undefined) return undefined
  return typeof value === 'string' ? value.trim() : value.map((one) => one.trim()).join(', ')
}
