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
  AS2_ID_REUSED: {
    kind: 'partner',
    status: 422,
    retry: 'never',
    says: (id: string) =>
      `The AS2 message id ${id} came before, with other content; what came now was taken by itself.`,
    remedy:
      'Ask the partner to give every message an id of its own: of a repeat nobody can tell which of the two it is.',
  },
  PUSH_REFUSED: {
    kind: 'partner',
    status: 422,
    retry: 'after-fix',
    says: (file: string, why: string) => `${file} was pushed over SFTP and not taken in: ${why}`,
    remedy:
      'Its sender was told, or broke off, and sends it again. Of what is too large: agree on smaller files, or on a larger `mostBytes` of `sftp`.',
  },
  AS2_RECEIPT_NOT_TAKEN: {
    kind: 'partner',
    status: 502,
    retry: 'later',
    says: (to: string, why: string) => `A receipt could not be sent to ${to}: ${why}.`,
    remedy:
      'Check the address that was agreed for receipts. The message was taken; its next try asks for the receipt again.',
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
