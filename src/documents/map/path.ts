const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/** The names of a path, or undefined for one that is none. */
export function namesOf(path: string): string[] | undefined {
  if (!path.startsWith('/')) return undefined
  const names = path
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  return names.some((name) => name === '' || FORBIDDEN.has(name)) ? undefined : names
}
