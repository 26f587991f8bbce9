/**
 * The stock of a facility is one subject with many states: a position for each item, a reservation for each order that
 * holds something there. Facility codes carry neither `/` nor `#`; items and orders may.
 */

/** State key of an item's position: `acme/stock/DC1/4711`. */
export function positionKey(stock: string, item: string): string {
  return `${stock}/${item}`
}

/** State key of an order's reservation: `acme/stock/DC1#o0-5f-01k3v9x2q7-0003`. */
export function reservationKey(stock: string, order: string): string {
  return `${stock}#${order}`
}

/** What a state key names. A bare facility has neither item nor order. */
export function stockKeyParts(key: string): { facility: string; item?: string; order?: string } {
  const from = key.indexOf('/', key.indexOf('/') + 1) + 1
  let at = from
  while (at < key.length && key[at] !== '/' && key[at] !== '#') at += 1
  const facility = key.slice(from, at)
  const rest = key.slice(at + 1)
  if (key[at] === '/') return { facility, item: rest }
  return key[at] === '#' ? { facility, order: rest } : { facility }
}
