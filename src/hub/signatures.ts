import type { HubDefinition } from '../config/define-hub.ts'
import type { OpenSignature, WebhookSignature } from '../connectors/webhook/index.ts'

/** How each system and partner that signs what it sends does so, with its secrets read. */
export function signaturesOf(
  { systems, partners = [] }: HubDefinition,
  secretOf: (name: string) => string,
): ReadonlyMap<string, OpenSignature> {
  const signing: [string, { readonly signature?: WebhookSignature }][] = [
    ...Object.entries(systems),
    ...partners.map((partner) => [partner.name, partner] as [string, typeof partner]),
  ]
  return new Map(
    signing.flatMap(([name, { signature }]) => (signature ? [[name, signature.open(secretOf)] as const] : [])),
  )
}
