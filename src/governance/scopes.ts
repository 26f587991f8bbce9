/** What a key may be allowed: each is asked for by at least one door. `orders:*` is all of a domain, `*` is everything. */
export const SCOPES = [
  'cases:read',
  'cases:write',
  'deliveries:read',
  'deliveries:write',
  'documents:read',
  'documents:write',
  'events:read',
  'in:write',
  'inventory:read',
  'keys:make',
  'keys:read',
  'keys:revoke',
  'metrics:read',
  'orders:read',
  'orders:write',
  'partners:read',
  'partners:write',
  'receipts:read',
  'refusals:read',
  'replays:read',
  'replays:write',
  'subjects:read',
  'subjects:write',
  'systems:read',
  'systems:write',
] as const

/** Whether some door asks for this scope, or for one of its domain. */
export function isScope(text: string): boolean {
  if (text === '*' || (SCOPES as readonly string[]).includes(text)) return true
  return text.endsWith(':*') && SCOPES.some((scope) => scope.startsWith(text.slice(0, -1)))
}
