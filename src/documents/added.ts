/** A list with one more entry; most members of a document that are lists only exist once they have one. */
export function added<T>(list: T[] | undefined, entry: T): T[] {
  if (list === undefined) return [entry]
  list.push(entry)
  return list
}
