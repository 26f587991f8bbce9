import { defineErrors } from '../base/errors.ts'

export const errors = defineErrors('intake', {
  UNREADABLE: {
    kind: 'validation',
    status: 400,
    retry: 'after-fix',
    says: (why: string) => `The body cannot be read: ${why}.`,
    remedy: 'Send complete JSON (one object, an array, or one object a line), or X12.',
  },
  DOCUMENT_FAULTY: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (what: string, count: number) => `The ${what} has ${count} ${count === 1 ? 'fault' : 'faults'}.`,
    remedy: 'Correct every fault in the list and send it again, under the same key if you like.',
  },
  NOT_EXPECTED: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (what: string, system: string) => `${what} is nothing that is expected from ${system}.`,
    remedy: 'Check the type against the reference, and whether the right system is sending.',
  },
  SENDER_UNKNOWN: {
    kind: 'reference',
    status: 403,
    retry: 'after-fix',
    says: (sender: string) => `Nobody here trades with ${sender}.`,
    remedy: 'Add the system or partner to crossdock.config.ts, or check the sender in the ISA segment.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    kind: 'conflict',
    status: 422,
    retry: 'never',
    says: () => 'This Idempotency-Key came before, with another body.',
    remedy: 'Use a new key for a new request; repeat a request with exactly the body it had.',
  },
  IN_FLIGHT: {
    kind: 'limit',
    status: 409,
    retry: 'later',
    says: () => 'The same request is under way.',
    remedy: 'Ask again in a second, or send Prefer: wait=N; the first answer is given again.',
  },
  ORDER_CONFLICT: {
    kind: 'conflict',
    status: 409,
    retry: 'never',
    says: (number: string, order: string) => `Order ${number} is here already as ${order}, with other content.`,
    remedy: 'To change an order send a change; for another order use another number. A person has been asked to look.',
  },
  REPORT_CONFLICT: {
    kind: 'conflict',
    status: 409,
    retry: 'never',
    says: (id: string) => `A report with the id ${id} came before, and said something else.`,
    remedy: 'Give every report an id of its own. A person has been asked to look.',
  },
  INTERCHANGE_UNREADABLE: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (why: string) => `The file cannot be read as X12: ${why}`,
    remedy: 'The bytes are kept in quarantine. Ask the sender for the file again.',
  },
  INTERCHANGE_REUSED: {
    kind: 'conflict',
    status: 409,
    retry: 'never',
    says: (control: string) => `Interchange ${control} came before, with other bytes.`,
    remedy: 'Send the new content under a new number. A person has been asked to look.',
  },
  INTERCHANGE_REJECTED: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (control: string, note: string) => `Interchange ${control} was rejected with TA1 note ${note}.`,
    remedy: 'Nothing of it was processed. Look at the TA1 that was sent, and ask the sender for a correct one.',
  },
  SET_REJECTED: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (set: string, control: string) => `Set ${set} number ${control} was rejected.`,
    remedy: 'The sender was told in the 997 where and why; ask for a corrected one under a new number.',
  },
  ORDER_MISSING: {
    kind: 'reference',
    status: 422,
    retry: 'after-fix',
    says: (what: string) => `The ${what} does not say which of our orders it is about.`,
    remedy: 'Send our order id, or the customer and the customer’s order number of an order that is here.',
  },
  ORDER_UNKNOWN: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (id: string) => `There is no order ${id}.`,
    remedy: 'Use the id that was answered when the order was taken in.',
  },
  RECEIPT_UNKNOWN: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (id: string) => `There is no receipt ${id}.`,
    remedy: 'Use the receipt id of the answer; raw documents are kept for 18 months.',
  },
})

/** Faults that one member of a document can have here, beside those of the document itself. */
export const FIELD_FAULTS = {
  UOM_CONVERSION: (uom: string, sku: string, why: string) => `${uom} of ${sku} cannot be converted: ${why}.`,
  CHECK_DIGIT: (value: string) => `The check digit of “${value}” is wrong.`,
  MISSING: (what: string) => `${what} is missing.`,
  MALFORMED: (what: string) => `This must be ${what}.`,
  UNKNOWN: (what: string) => `${what} is not known.`,
  SERIAL_REPEATED: (serial: string, item: string) => `Serial ${serial} of ${item} stands here more than once.`,
  TYPE_UNKNOWN: (type: string, system: string) => `“${type}” is no report that ${system} can make.`,
} as const

/** Makes a fault of one member; codes are `XD_INTAKE_…` like those of whole errors. */
export function fieldFault<N extends keyof typeof FIELD_FAULTS>(
  name: N,
  pointer: string,
  ...particulars: Parameters<(typeof FIELD_FAULTS)[N]>
): { pointer: string; detail: string; code: string } {
  const says = FIELD_FAULTS[name] as (...particulars: string[]) => string
  return { pointer, detail: says(...particulars), code: `XD_INTAKE_${name}` }
}
