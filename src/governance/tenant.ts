import { errors } from './errors.ts'

/**
 * What was found, if it is this tenant's. Another tenant's object answers exactly as one that does not exist, so ids
 * cannot be probed. Throws `XD_GOVERNANCE_NOT_FOUND`.
 *
 * @example
 * const order = sameTenant(request.tenant, await ports.order(id))
 */
export function sameTenant<T extends { readonly tenant: string }>(tenant: string, found: T | undefined): T {
  if (found === undefined || found.tenant !== tenant) throw errors.NOT_FOUND()
  return found
}
