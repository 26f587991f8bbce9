import { defineErrors } from '../base/errors.ts'

export const errors = defineErrors('governance', {
  KEY_REFUSED: {
    kind: 'authority',
    status: 401,
    retry: 'after-fix',
    says: () => 'The key is unknown, expired or revoked.',
    remedy: 'Check that the whole key was sent, or have a new one made with POST /v1/keys.',
  },
  TOO_MANY_BAD_KEYS: {
    kind: 'limit',
    status: 429,
    retry: 'later',
    says: () => 'Too many wrong keys came from this address.',
    remedy: 'Wait for the seconds in Retry-After, then send the right key.',
  },
  KEYS_UNAVAILABLE: {
    kind: 'transient',
    status: 503,
    retry: 'later',
    says: () => 'Keys cannot be checked at the moment.',
    remedy: 'Try again after the seconds in Retry-After.',
  },
  KEY_NAME_TAKEN: {
    kind: 'conflict',
    status: 409,
    retry: 'after-fix',
    says: () => 'There is a key of this name.',
    remedy: 'Choose another name, or revoke the old key first.',
  },
  KEY_UNKNOWN: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: () => 'There is no key of this name.',
    remedy: 'List the keys with GET /v1/keys.',
  },
  SCOPE_TOO_WIDE: {
    kind: 'authority',
    status: 403,
    retry: 'after-fix',
    says: () => 'A key can only give scopes that it carries itself.',
    remedy: 'Ask for fewer scopes, or use a key that carries them.',
  },
  SCOPE_UNKNOWN: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: () => 'No door asks for such a scope.',
    remedy: 'Take a scope that the list of doors names, a whole domain (orders:*), or everything (*).',
  },
  EXPIRY_PAST: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: () => 'The key would have ended before it began.',
    remedy: 'Send an expiresAt that is a real date ahead of now, or none for a year.',
  },
  NOT_FOUND: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: () => 'There is nothing here.',
    remedy: 'Check the path and the id; the operations are listed in /openapi.json.',
  },
})
