/** What the error codes of CONTRL (0085) mean, in a few words. */
const WORDS: Readonly<Record<string, string>> = {
  '2': 'the syntax or its version is not supported',
  '7': 'not for this recipient',
  '12': 'a value that is not valid',
  '13': 'something mandatory is missing',
  '14': 'a value that is not supported here',
  '15': 'something that may not stand here',
  '16': 'too many parts',
  '17': 'nobody agreed on this',
  '18': 'an error without a code',
  '19': 'not a number by the decimal mark',
  '20': 'a character that cannot be a service character',
  '21': 'characters outside of the declared set',
  '22': 'service characters that cannot be used',
  '23': 'an unknown sender',
  '24': 'too old',
  '25': 'test data where none is taken, or none where test data is',
  '26': 'a reference that was used before',
  '28': 'references that do not match',
  '29': 'a count that is wrong',
  '30': 'groups and messages mixed',
  '31': 'several message types in a group',
  '32': 'nothing inside',
  '33': 'something outside of any message',
  '35': 'a segment too many',
  '36': 'a segment group too many',
  '37': 'characters of the wrong type',
  '38': 'no digit before the decimal mark',
  '39': 'too long',
  '40': 'too short',
  '43': 'an unknown recipient',
  '45': 'a separator at the end',
  '46': 'a character set that is not supported',
}

/**
 * An error code of CONTRL for a person.
 *
 * @example
 * contrlErrorText('26') // '26 (a reference that was used before)'
 */
export function contrlErrorText(code: string): string {
  const words = WORDS[code]
  return words === undefined ? code : `${code} (${words})`
}
