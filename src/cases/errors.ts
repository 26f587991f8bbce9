import { defineErrors } from '../base/errors.ts'

export const errors = defineErrors('cases', {
  UNKNOWN_CASE: {
    kind: 'reference',
    status: 404,
    retry: 'never',
    says: (id: string) => `There is no case ${id}.`,
    remedy: 'List the open cases with GET /v1/cases.',
  },
})
