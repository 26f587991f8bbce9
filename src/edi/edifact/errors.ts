import { defineErrors } from '../../base/errors.ts'

/** What can go wrong when we write EDIFACT ourselves. Faults in what partners write are in `faults.ts`; they are never thrown. */
export const errors = defineErrors('edi', {
  EDIFACT_CHARACTER: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (place: string, character: string, syntax: string) =>
      `${place} contains ${character}, which ${syntax} cannot carry.`,
    remedy:
      'Choose a wider character set for this partner (UNOC, UNOY), or declare what to replace the character with.',
  },
  EDIFACT_UNRELEASED: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (place: string, value: string) =>
      `${place} is "${value}", which contains a separator, and there is no release character.`,
    remedy: 'Give this partner a release character, or other separators.',
  },
  EDIFACT_REFERENCE: {
    kind: 'invariant',
    status: 500,
    retry: 'never',
    says: (place: string, value: string) => `${place} cannot be "${value}".`,
    remedy: 'References are one to fourteen letters and digits; look at the counter of this partner.',
  },
  EDIFACT_SEPARATORS: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (why: string) => `These service characters cannot be used: ${why}.`,
    remedy: 'Choose different characters that are neither letters, digits nor blanks.',
  },
  EDIFACT_SYNTAX: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (syntax: string) => `EDIFACT is not written in ${syntax}.`,
    remedy: 'Use UNOA, UNOB, UNOC, UNOW or UNOY with version 1 to 4.',
  },
  EDIFACT_SEGMENT_NAME: {
    kind: 'invariant',
    status: 500,
    retry: 'never',
    says: (tag: string) => `"${tag}" is no segment name.`,
    remedy: 'A segment begins with its name, three capital letters.',
  },
  EDIFACT_ANSWER_TO_ANSWER: {
    kind: 'invariant',
    status: 500,
    retry: 'never',
    says: (reference: string) => `Interchange ${reference} is itself an answer and is never answered.`,
    remedy: 'Ask `wantsContrl` before building a CONTRL.',
  },
})
