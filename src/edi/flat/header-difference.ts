/** The declared header against the one that came; undefined when they agree. The place of a column does not matter. */
export function headerDifference(
  declared: readonly string[],
  found: readonly string[],
  passesOthers: boolean,
): string | undefined {
  const missing = declared.filter((name) => !found.includes(name))
  const extra = passesOthers ? [] : found.filter((name) => !declared.includes(name))
  const twice = [...new Set(found.filter((name, at) => declared.includes(name) && found.indexOf(name) !== at))]
  const renamed = renames(missing, found, declared)
  const said = [
    ...renamed.map(([from, to]) => `“${from}” is called “${to}”`),
    ...listed(
      'missing',
      missing.filter((name) => !renamed.some(([from]) => from === name)),
    ),
    ...listed(
      'not declared',
      extra.filter((name) => !renamed.some(([, to]) => to === name)),
    ),
    ...listed('twice', twice),
  ]
  return said.length === 0 ? undefined : said.join('; ')
}

function listed(what: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${what} ${names.map((name) => `“${name}”`).join(', ')}`]
}

/** A missing column and an unknown one that are spelled alike, or stand at the same place, are one with another name. */
function renames(missing: readonly string[], found: readonly string[], declared: readonly string[]) {
  const unknown = new Set(found.filter((name) => !declared.includes(name)))
  const pairs: [string, string][] = []
  for (const name of missing) {
    const inPlace = found[declared.indexOf(name)]
    const alike = [...unknown].find((other) => plain(other) === plain(name))
    const other = alike ?? (inPlace !== undefined && unknown.has(inPlace) ? inPlace : undefined)
    if (other === undefined) continue
    unknown.delete(other)
    pairs.push([name, other])
  }
  return pairs
}

const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
