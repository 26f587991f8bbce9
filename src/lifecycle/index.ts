/** The authority profiles a configuration chooses from. */
export {
  type AuthorityProfile,
  type AuthorityRule,
  CROSSDOCK,
  delegatedToCrossdock,
  mayMove,
  together,
  who,
  withOrderManagement,
  withoutOrderManagement,
} from './authority.ts'
