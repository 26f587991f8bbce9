import { defineErrors } from '../../base/errors.ts'

/** What can go wrong when we write X12 ourselves. Faults in what partners write are in `faults.ts`; they are never thrown. */
export const errors = defineErrors('edi', {
  SEPARATOR_IN_DATA: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (place: string, value: string) => `${place} is "${value}", which contains a separator of the interchange.`,
    remedy: 'Choose other separators for this partner, or declare what to replace the character with.',
  },
  CONTROL_IN_DATA: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (place: string) => `${place} contains a control character, which X12 cannot carry.`,
    remedy: 'Correct the text, or declare a replacement for this partner.',
  },
  HEADER_TOO_LONG: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (element: string, value: string, width: number) =>
      `${element} is "${value}", which does not fit in ${width} characters.`,
    remedy: 'Shorten the value in the partner profile.',
  },
  CONTROL_NUMBER: {
    kind: 'invariant',
    status: 500,
    retry: 'never',
    says: (element: string, value: string) => `${element} cannot be "${value}".`,
    remedy: 'Control numbers are whole numbers from 1 to 999999999; look at the counter of this partner.',
  },
  SEPARATORS: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (why: string) => `These separators cannot be used: ${why}.`,
    remedy: 'Choose four different characters that are neither letters, digits nor blanks.',
  },
  SEGMENT_NAME: {
    kind: 'invariant',
    status: 500,
    retry: 'never',
    says: (tag: string) => `"${tag}" is no segment name.`,
    remedy: 'A segment begins with its name, two or three capital letters and digits.',
  },
  GUIDE_PLACE: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (place: string) => `"${place}" in a partner's guide is no place in X12.`,
    remedy: "Write a segment ('TD5'), an element ('PO107'), or either with what its segment begins with ('REF[DP]02').",
  },
  ACKNOWLEDGEMENT_OF_ACKNOWLEDGEMENT: {
    kind: 'invariant',
    status: 500,
    retry: 'never',
    says: (id: string) => `A group of ${id} is itself an acknowledgement and is never acknowledged.`,
    remedy: 'Ask `acknowledges` before building an acknowledgement.',
  },
})
