import { defineErrors } from '../../base/errors.ts'

/** What keeps an SFTP server from being spoken to at all. */
export const errors = defineErrors('sftp', {
  HOST_KEY_CHANGED: {
    kind: 'authority',
    status: 502,
    retry: 'after-fix',
    says: (host: string, shown: string) =>
      `${host} showed the host key ${shown}, which is not the one agreed. Nothing more is sent to it.`,
    remedy: 'Ask the partner whether the key was changed. If so, put the new one into hostKey and start the hub again.',
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
    remedy: 'It is tried again by itself; check host, port, user and key if it lasts.',
  },
})
