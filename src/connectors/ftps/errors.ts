import { defineErrors } from '../../base/errors.ts'

/** What keeps an FTPS server from being spoken to at all. */
export const errors = defineErrors('ftps', {
  CERTIFICATE_REFUSED: {
    kind: 'authority',
    status: 502,
    retry: 'after-fix',
    says: (host: string, why: string) => `The certificate of ${host} is not believed: ${why}. Nobody signed in there.`,
    remedy: 'Ask the partner whether it was changed. If so, put the new one into certificates and start the hub again.',
  },
  TLS_REFUSED: {
    kind: 'authority',
    status: 502,
    retry: 'after-fix',
    says: (host: string) => `${host} does not speak FTP over TLS; nothing is sent to it in the clear.`,
    remedy: 'Ask the partner for explicit TLS (AUTH TLS), or for SFTP.',
  },
  TIMED_OUT: {
    kind: 'transient',
    status: 504,
    retry: 'later',
    says: (host: string) => `${host} did not answer in time.`,
    remedy: 'It is tried again by itself; ask the partner if it lasts.',
  },
  CONNECTION_LOST: {
    kind: 'transient',
    status: 502,
    retry: 'later',
    says: (host: string, why: string) => `The connection to ${host} was lost: ${why}.`,
    remedy: 'It is tried again by itself; check host, port, user and password if it lasts.',
  },
  FILE_THERE: {
    kind: 'conflict',
    status: 409,
    retry: 'after-fix',
    says: (path: string) => `Another file lies at ${path}.`,
    remedy: 'Ask the partner to take it, or to say what it is.',
  },
  FILE_TOO_LARGE: {
    kind: 'limit',
    status: 413,
    retry: 'after-fix',
    says: (path: string) => `${path} is larger than it was listed.`,
    remedy: 'Ask the partner for smaller files; 50 MB are taken.',
  },
})
