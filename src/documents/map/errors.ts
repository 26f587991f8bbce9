import { defineErrors } from '../../base/errors.ts'

/** What can be wrong with a map itself. What is wrong in a document that it reads is a list of faults. */
export const errors = defineErrors('documents', {
  MAP: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (name: string, why: string) => `The map ${name} cannot be used: ${why}.`,
    remedy: 'Correct the rule in the map; it is checked when it is declared.',
  },
})
