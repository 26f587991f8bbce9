import { hasCheckDigit } from '../documents/check-digit.ts'
import type { ItemId } from '../documents/shapes.ts'
import type { Item, MasterData } from './master.ts'

const GS1_QUALIFIERS = new Set(['UP', 'UA', 'UI', 'UK', 'EN', 'EO', 'UD', 'UE', 'UG', 'UH', 'UN'])
const BUYER_QUALIFIERS = new Set(['BP', 'IN', 'CB', 'PI', 'SK', 'IT'])
const VENDOR_QUALIFIERS = new Set(['VP', 'VN', 'VC', 'VA', 'MG', 'MN'])

/** What the names of a line point to: an item, none we know, or two different ones. */
export type Recognised =
  | { readonly item: Item; readonly reason?: undefined }
  | { readonly item?: undefined; readonly reason: string }

/**
 * The item a line means, by our number, GTIN, or the customer's own number. Names we do not know are passed over as
 * long as one is known; names that point to different items point to none. With a partner, its own corrections count.
 */
export function recogniseItem(
  names: { readonly sku?: string; readonly ids?: readonly ItemId[] },
  customer: string,
  master: MasterData,
  partner?: string,
): Recognised {
  let found = names.sku === undefined ? undefined : master.itemOfVendor(names.sku)
  for (const { qualifier, value } of names.ids ?? []) {
    const item = itemOf(qualifier, value, customer, master)
    if (!item || item === found) continue
    if (found) return { reason: `its numbers mean different items, ${found.sku} and ${item.sku}` }
    found = item
  }
  found ??= partner === undefined ? undefined : correctedItem(names, partner, master)
  return found ? { item: found } : { reason: `item ${firstName(names)} is not known` }
}

/** The item that a person said a partner's number means. Asked last: what its owner says comes first. */
function correctedItem(
  { sku, ids = [] }: { readonly sku?: string; readonly ids?: readonly ItemId[] },
  partner: string,
  master: MasterData,
): Item | undefined {
  for (const value of [...(sku === undefined ? [] : [sku]), ...ids.map((id) => id.value)]) {
    const means = master.corrections.means(partner, 'item', value)
    if (means !== undefined) return master.item(means)
  }
  return undefined
}

function itemOf(qualifier: string, value: string, customer: string, master: MasterData): Item | undefined {
  if (GS1_QUALIFIERS.has(qualifier)) return master.itemOfGtin(value)?.item
  if (BUYER_QUALIFIERS.has(qualifier)) return master.itemOfBuyer(customer, value)
  if (VENDOR_QUALIFIERS.has(qualifier)) return master.itemOfVendor(value)
  return undefined
}

function firstName(names: { readonly sku?: string; readonly ids?: readonly ItemId[] }): string {
  return names.sku ?? names.ids?.[0]?.value ?? 'without a number'
}

/** True for a value that should be a GS1 key by its qualifier and has a wrong check digit. */
export function hasWrongCheckDigit({ qualifier, value }: ItemId): boolean {
  return GS1_QUALIFIERS.has(qualifier) && !hasCheckDigit(value)
}
