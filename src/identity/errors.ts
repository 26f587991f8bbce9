import { defineErrors } from '../base/errors.ts'

export const errors = defineErrors('identity', {
  KEY_TAKEN: {
    kind: 'conflict',
    status: 409,
    retry: 'never',
    says: (key: string, canonical: string) => `${key} stands for ${canonical} already, now or in the past.`,
    remedy: 'Give the object a key of its own; a key that was retired is never given to another object.',
  },
  KEY_UNKNOWN: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (key: string) => `${key} is not known.`,
    remedy: 'Send the master data first, or check the key.',
  },
})
