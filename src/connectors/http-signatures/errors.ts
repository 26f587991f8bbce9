import { defineErrors } from '../../base/errors.ts'

/** What is wrong before anything was signed or checked. */
export const errors = defineErrors('httpsig', {
  KEY_MALFORMED: {
    kind: 'validation',
    status: 500,
    retry: 'after-fix',
    says: (name: string, written: string) =>
      `The secret ${name} is no key for signatures: at least 24 bytes, written as ${written}.`,
    remedy: 'Set it to what was agreed with the other side, and say in `written` whether that is base64, hex or text.',
  },
  KEYS_NONE: {
    kind: 'validation',
    status: 500,
    retry: 'after-fix',
    says: () => 'A signature of HTTP messages names no key.',
    remedy: 'Name at least one: httpSignatures({ id: …, secret: secret(…) }).',
  },
})
