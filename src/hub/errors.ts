import { defineErrors } from '../base/errors.ts'

export const errors = defineErrors('hub', {
  BENCH_UNTRIED: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (partner: string) => `No samples of ${partner} were tried here since this hub was started.`,
    remedy: 'POST its sample files to the same address, or try them with crossdock partner test.',
  },
  TENANT_UNKNOWN: {
    kind: 'reference',
    status: 404,
    retry: 'never',
    says: (tenant: string) => `There is no business named ${tenant} here.`,
    remedy: 'Check the key: it belongs to another installation.',
  },
  PORT_TAKEN: {
    kind: 'conflict',
    status: 500,
    retry: 'after-fix',
    says: (where: string) => `Somebody already listens at ${where}.`,
    remedy: 'End the other program (another hub or demo?), or choose another port with --port.',
  },
  OTHER_TENANT: {
    kind: 'authority',
    status: 401,
    retry: 'never',
    says: () => 'This key opens nothing here.',
    remedy: 'It belongs to another business. Use a key that was made at this hub.',
  },
  MAP_OUT: {
    kind: 'validation',
    status: 500,
    retry: 'after-fix',
    says: (map: string, verb: string, target: string, fault: string) =>
      `The map ${map} cannot write ${verb} for ${target}: ${fault}`,
    remedy:
      'Correct the map in the configuration, start the hub again and resume the subject; it goes on where it stands.',
  },
  RENDER_DIFFERS: {
    kind: 'invariant',
    status: 500,
    retry: 'after-fix',
    says: (verb: string, key: string) => `${verb} ${key} renders differently now than when it was planned.`,
    remedy:
      'A mapping or a rule changed while this request waited. Redeliver it by hand once it is clear what is right.',
  },
  NO_WAY_BACK: {
    kind: 'reference',
    status: 404,
    retry: 'never',
    says: (to: number, known: string) =>
      `Nothing is known here about a release with ${to} migrations; known: ${known}.`,
    remedy: 'Restore a backup taken before the update, or go back by the release that made it.',
  },
})
