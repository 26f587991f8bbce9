/** The purpose of a document (X12 353) in words. */
export const PURPOSES = {
  '00': 'original',
  '01': 'cancel',
  '04': 'change',
  '05': 'replace',
  '06': 'confirm',
  '07': 'duplicate',
} as const

export type Purpose = (typeof PURPOSES)[keyof typeof PURPOSES]

/** The word for a code, or undefined. */
export function wordFor<W extends string>(words: Readonly<Record<string, W>>, code: string): W | undefined {
  const word = words[code]
  return word !== undefined && Object.hasOwn(words, code) ? word : undefined
}

/** The words of a table by their codes, for tables that are written the other way round. */
export const byCode = <W extends string>(codes: Readonly<Record<W, string>>): ReadonlyMap<string, W> =>
  new Map(Object.entries<string>(codes).map(([word, code]) => [code, word as W]))

/** The first code that has this word. */
export function codeFor<W extends string>(words: Readonly<Record<string, W>>, word: W): string {
  const found = Object.entries(words).find(([, one]) => one === word)
  return found?.[0] ?? ''
}
