/** A copy of a piece of a document all the way down: text, lists and objects, for the places where one thing said once holds of several. */
export function copied<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copied) as T
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = {}
  for (const name of Object.keys(value)) copy[name] = copied((value as Record<string, unknown>)[name])
  return copy as T
}
