/** What the notes of a TA1 (TA105) mean, in a few words. */
const WORDS: Readonly<Record<string, string>> = {
  '000': 'no error',
  '001': 'the numbers of ISA13 and IEA02 differ',
  '002': 'a standard that is not supported',
  '003': 'a version that is not supported',
  '004': 'a segment terminator that cannot be used',
  '005': 'a qualifier of the sender that is not valid',
  '006': 'an unknown sender',
  '007': 'a qualifier of the receiver that is not valid',
  '008': 'a receiver id that is not valid',
  '009': 'an unknown receiver',
  '010': 'an authorization qualifier that is not valid',
  '011': 'authorization information that is not valid',
  '012': 'a security qualifier that is not valid',
  '013': 'security information that is not valid',
  '014': 'a date that is not valid',
  '015': 'a time that is not valid',
  '016': 'a standards identifier that is not valid',
  '017': 'a version id that is not valid',
  '018': 'a control number that is not valid',
  '019': 'an acknowledgment request that is not valid',
  '020': 'test data where none is taken, or none where test data is',
  '021': 'a count of groups that is wrong',
  '022': 'a control structure that is not valid',
  '023': 'the end of the file came before IEA',
  '024': 'contents that are not valid',
  '025': 'a control number that was used before',
  '026': 'a data element separator that cannot be used',
  '027': 'a component separator that cannot be used',
  '028': 'a date of transfer that is not valid',
  '029': 'a time of transfer that is not valid',
  '030': 'a time of delivery that is not valid',
  '031': 'a date of delivery that is not valid',
}

/**
 * A note of a TA1 for a person.
 *
 * @example
 * tradingNoteText('006') // '006 (an unknown sender)'
 */
export function tradingNoteText(note: string): string {
  const words = WORDS[note]
  return words === undefined ? note : `${note} (${words})`
}
