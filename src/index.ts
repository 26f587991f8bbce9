/**
 * The front door: what a configuration is written with. Documents, authority profiles, connectors and processes have
 * doors of their own (`crossdock/lifecycle`, `crossdock/connectors/http` …).
 */

export type { Duration } from './base/duration.ts'
export { CrossdockError, type ErrorKind, type FieldFault, type Retry } from './base/errors.ts'
export { type Secret, secret } from './base/secret.ts'
export {
  defineHub,
  definePartner,
  type HubDefinition,
  orderToCash,
  type PartnerDefinition,
  type ProcessDefinition,
  type SystemDefinition,
} from './config/define-hub.ts'
