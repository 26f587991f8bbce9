import { defineErrors } from '../base/errors.ts'

export const errors = defineErrors('journal', {
  CLOSED: {
    kind: 'transient',
    status: 503,
    retry: 'later',
    says: () => 'This instance is closing.',
    remedy: 'Send it again; another instance, or this one after its restart, will take it.',
  },
  NO_LANES: {
    kind: 'transient',
    status: 503,
    retry: 'later',
    says: () => 'This instance owns no lanes yet.',
    remedy: 'Send it again in a second; lanes are being handed to this instance, and others take work meanwhile.',
  },
  PARKED: {
    kind: 'invariant',
    status: 500,
    retry: 'after-fix',
    says: (subject: string) => `${subject} could not be worked on and is parked.`,
    remedy: 'What came is kept. See the case for this subject; when its cause is mended, resume it.',
  },
  NOT_PARKED: {
    kind: 'reference',
    status: 404,
    retry: 'never',
    says: (subject: string) => `${subject} is not parked.`,
    remedy: 'GET /v1/subjects/parked lists what is; somebody may have let it go on already.',
  },
  LANE_ELSEWHERE: {
    kind: 'transient',
    status: 503,
    retry: 'later',
    says: (lane: number) => `Lane ${lane} is owned by another instance.`,
    remedy: 'Send it again in a second; the lane is being handed over.',
  },
})
