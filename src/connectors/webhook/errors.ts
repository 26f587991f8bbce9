import { defineErrors } from '../../base/errors.ts'

/** What is wrong before anything was signed or checked. */
export const errors = defineErrors('webhook', {
  SECRET_MALFORMED: {
    kind: 'validation',
    status: 500,
    retry: 'after-fix',
    says: (name: string) => `The secret ${name} is no webhook secret: whsec_ and 24 to 64 bytes in base64.`,
    remedy: 'Set it to what the other side showed when the endpoint was made, whsec_ included.',
  },
  SECRETS_NONE: {
    kind: 'validation',
    status: 500,
    retry: 'after-fix',
    says: () => 'A webhook signature names no secret.',
    remedy: 'Name at least one: standardWebhooks(secret(…)).',
  },
})
