import { defineErrors } from '../../base/errors.ts'

/** What keeps the SFTP doorway shut, or somebody out of it. */
export const errors = defineErrors('sftpdoor', {
  KEY_MALFORMED: {
    kind: 'validation',
    status: 500,
    retry: 'after-fix',
    says: (user: string) => `A key of the SFTP user ${user} is no public key.`,
    remedy: 'Put the whole line of the .pub file into `keys`: ssh-ed25519, ecdsa or rsa.',
  },
  HOST_KEY_UNREADABLE: {
    kind: 'validation',
    status: 500,
    retry: 'after-fix',
    says: (where: string, why: string) => `The host key of the SFTP doorway (${where}) cannot be used: ${why}.`,
    remedy: 'Restore it from a backup. Partners know the hub by it: a new one has to be told to each of them.',
  },
  SIGN_IN_REFUSED: {
    kind: 'authority',
    status: 401,
    retry: 'after-fix',
    says: (user: string) => `Somebody could not sign in at the SFTP doorway as ${user}.`,
    remedy: 'Check the user and its key with the partner; if nobody of yours tried, close the port to that network.',
  },
})
