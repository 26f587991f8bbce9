import { defineErrors } from '../base/errors.ts'

export const errors = defineErrors('cases', {
  UNKNOWN_CASE: {
    kind: 'reference',
    status: 404,
    retry: 'never',
    says: (id: string) => `There is no case ${id}.`,
    remedy: 'List the open cases with GET /v1/cases.',
  },
  UNKNOWN_TRIAL: {
    kind: 'reference',
    status: 404,
    retry: 'never',
    says: (id: string) => `There is no trial ${id} of this case.`,
    remedy: 'List the trials of a case with GET /v1/cases/{id}/trials.',
  },
  TRIAL_STATE: {
    kind: 'state',
    status: 409,
    retry: 'later',
    says: (id: string, state: string) => `Trial ${id} is ${state}: only one that is through can be released.`,
    remedy: 'Wait until it is tried, or try again: members that failed since are in the next trial.',
  },
  NOTHING_TO_RELEASE: {
    kind: 'state',
    status: 409,
    retry: 'never',
    says: (id: string, doubtful: number) =>
      `Nothing would succeed by trial ${id}${doubtful > 0 ? `, and ${doubtful} in doubt were not asked for` : ''}: it releases nothing, and its corrections do not hold.`,
    remedy: 'Read why each member fails (GET /v1/cases/{id}/trials/{trial}/members), and try another correction.',
  },
  CORRECTION_FAULTY: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: () => 'A correction does not say what it means.',
    remedy: 'A place is a JSON pointer with [] for any index, such as /lines/[]/status, or segment and element: PO1/3.',
  },
})
