import type { AdviceEntry, ApplicationAdvice } from '../documents/application-advice/schema.ts'
import type { Input } from '../journal/contract.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import type { Arrival, Part } from './arrival.ts'
import { caseErrors, errors } from './errors.ts'
import { digestOf, documentKey } from './keys.ts'
import { type Refusal, refusedInput } from './quarantine.ts'

/** Verdicts after which a person has to look. */
const WRONG: ReadonlySet<AdviceEntry['verdict']> = new Set(['rejected', 'partlyAccepted', 'acceptedWithErrors'])

/**
 * What a partner's application made of our documents. One that it did not take as it was is a case, with the partner's own
 * words; the others need nobody.
 *
 * @param mailbox the partner's mailbox, whose documents these are
 */
export function applicationAdvicePart(
  advice: ApplicationAdvice,
  name: string,
  mailbox: string,
  arrival: Arrival,
): Part {
  const { tenant, system } = arrival
  const { number, date } = advice
  const digest = digestOf(JSON.stringify(advice))
  const refused = (refusal: Refusal, receipt: string): Input => refusedInput(mailbox, arrival, refusal, receipt)
  return {
    what: 'application advice',
    claims: [documentKey(tenant, 'application-advice', [system, number, date], digest, laneOfSubject(mailbox))],
    take: ({ receipt }) => ({
      inputs: advice.entries
        .filter(({ verdict }) => WRONG.has(verdict))
        .map((entry) => refused(refusalOf(entry, name), receipt)),
      ref: receipt,
    }),
    answer: (receipt) => ({ status: 202, body: { advice: number, receipt, state: 'received' } }),
    conflict: (_found, { receipt }) => {
      const error = errors.REPORT_CONFLICT(number)
      const refusal = { report: 'application-advice', code: error.code, reason: error.message, part: name }
      return { error, inputs: [refused(refusal, receipt)] }
    },
  }
}

function refusalOf(entry: AdviceEntry, part: string): Refusal {
  const { qualifier, number, set, problems = [] } = entry
  const { code, message } = caseErrors.DOCUMENT_REFUSED(`${set ?? qualifier} ${number}`)
  const said = problems.flatMap(({ code: problem, text, notes = [] }) => [`${problem} ${text ?? ''}`.trim(), ...notes])
  const reason = [message, ...said].join(' ')
  return { report: 'application-advice', code, reason, detail: { entry }, part }
}
