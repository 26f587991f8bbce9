import { defineErrors } from '../../base/errors.ts'

/** What only the go-live gate notices; nothing of it is thrown. What readers notice keeps their codes. */
export const findings = defineErrors('hub', {
  GATE_PROFILE: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (where: string, what: string) => `${where}: ${what}`,
    remedy: 'Correct the profile; crossdock lint says the same.',
  },
  GATE_ADDRESS: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (where: string, found: string, known: string) => `${where} is from ${found}; the profile knows ${known}.`,
    remedy: 'Agree with the partner on the addresses of ISA and GS, or of UNB, and say them in its profile.',
  },
  GATE_USAGE: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (sample: string, found: string, taken: string) =>
      `${sample} says usage ${found}; the profile takes ${taken} only.`,
    remedy: 'Ask the partner for production data, or say usage: ‘T’ in its profile while you test.',
  },
  GATE_VERSION: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (where: string, found: string, agreed: string) => `${where}: GS08 is ${found}; agreed is ${agreed}.`,
    remedy: 'Agree on the release; a partner that writes another one than it reads has theirVersion in its profile.',
  },
  GATE_CONTROL_NUMBER: {
    kind: 'conflict',
    status: 409,
    retry: 'after-fix',
    says: (sample: string, number: string, first: string) =>
      `${sample}: interchange control number ${number} was used in ${first}.`,
    remedy: 'The partner must count its interchanges; the second one under a number is taken for a repeat.',
  },
  GATE_DOCUMENT: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (sample: string, set: string) => `${sample} has a ${set}, which is no document here.`,
    remedy: 'Leave the set out, or ask for its document.',
  },
  GATE_UNEXPECTED: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (sample: string, set: string, partner: string) =>
      `${sample} has a ${set}, which is not expected of ${partner}: its 997 would refuse it.`,
    remedy: 'Say in its profile what it is to us, or who gets the document: relays: [invoice.to(‘erp’)].',
  },
  GATE_REFUSED: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (sample: string, group: string, verdict: string) => `${sample} would be refused: ${group}, ${verdict}.`,
    remedy: 'Correct what the points above say; until then the 997 refuses it.',
  },
  GATE_NOT_TAKEN: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (sample: string, what: string, verdict: string) => `${sample}: our ${what} was answered ${verdict}.`,
    remedy: 'Ask the partner what it found; correct the profile or the document.',
  },
  GATE_STILL_OPEN: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (where: string, what: string) => `${where}: ${what}`,
    remedy: 'Write what it is into the profile. Only somebody who knows can say it.',
  },
  GATE_UNANSWERED: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (sample: string, answers: string, there: string) =>
      `${sample} answers ${answers}, which is not among the samples (there is: ${there}).`,
    remedy: 'Give the file that is answered, too, or leave the answer out; alone it is compared with nothing.',
  },
  GATE_READS_OTHERWISE: {
    kind: 'invariant',
    status: 500,
    retry: 'after-fix',
    says: (where: string, what: string) => `${where}: ${what}`,
    remedy: 'The partner would read something else than we mean; correct the syntax of its profile.',
  },
})
