import { defineErrors, type FieldFault } from '../base/errors.ts'

const AFTER_FIX = { kind: 'validation', status: 422, retry: 'after-fix' } as const

export const errors = defineErrors('intake', {
  UNREADABLE: {
    kind: 'validation',
    status: 400,
    retry: 'after-fix',
    says: (why: string) => `The body cannot be read: ${why}.`,
    remedy: 'Send complete JSON (one object, an array, or one object a line), X12, or EDIFACT.',
  },
  DOCUMENT_FAULTY: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (what: string, count: number) => `The ${what} has ${count} ${count === 1 ? 'fault' : 'faults'}.`,
    remedy: 'Correct every fault in the list and send it again, under the same key if you like.',
  },
  MAP_FAULTY: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (map: string, count: number) =>
      `The map ${map} makes no document of this: ${count} ${count === 1 ? 'fault' : 'faults'}.`,
    remedy:
      'Each fault names the place in what was sent and the place it should have gone to. Correct the map or the value, and try the case again; or have it sent as agreed.',
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
    remedy: 'Add the system or partner to crossdock.config.ts, or check the sender in the ISA or UNB segment.',
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
  CHANGE_CONFLICT: {
    kind: 'conflict',
    status: 409,
    retry: 'never',
    says: (change: string, number: string) =>
      `Change ${change} of order ${number} is here already, with other content.`,
    remedy: 'Number every change of an order differently. A person has been asked to look.',
  },
  DOCUMENT_CONFLICT: {
    kind: 'conflict',
    status: 409,
    retry: 'never',
    says: (document: string, key: string) => `A ${document} ${key} came before, with other content.`,
    remedy: 'Number every document differently, or say with its purpose that it replaces the one before.',
  },
  DOCUMENT_NOT_TAKEN: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (partner: string, document: string, taken: string) =>
      `${partner} takes no ${document} from systems; it takes ${taken === '' ? 'none at all' : taken}.`,
    remedy: 'Name the document under `takes` of the partner in crossdock.config.ts, or check the name in the address.',
  },
  NOT_TO_STANDARD: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (document: string, partner: string, first: string) =>
      `A ${document} written for ${partner} would not be as its standard has it: ${first}`,
    remedy:
      'Correct the value at each place: the partner would refuse it, or accept it with errors. Codes of the partner’s own belong into its syntax.',
  },
  DOCUMENT_TYPE_UNKNOWN: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (type: string) => `There is no document type named ${type}.`,
    remedy: 'The reference of the configuration lists them: purchase-order, load-tender, remittance-advice …',
  },
  REPORT_CONFLICT: {
    kind: 'conflict',
    status: 409,
    retry: 'never',
    says: (id: string) => `A report with the id ${id} came before, and said something else.`,
    remedy: 'Give every report an id of its own. A person has been asked to look.',
  },
  HOLD_NOT_YOURS: {
    kind: 'authority',
    status: 403,
    retry: 'after-fix',
    says: (why: string) => why,
    remedy: 'Ask a system that the authority profile names for holds, or a person with a key of their own.',
  },
  HOLD_REFUSED: {
    kind: 'state',
    status: 409,
    retry: 'never',
    says: (why: string) => why,
    remedy: 'Look at the order: its timeline says where it stands.',
  },
  INTERCHANGE_UNREADABLE: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (why: string) => `There is no interchange to read: ${why}`,
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
    says: (control: string, answer: string) => `Interchange ${control} was rejected with ${answer}.`,
    remedy: 'Nothing of it was processed. Look at the answer that was sent, and ask the sender for a correct one.',
  },
  SET_REJECTED: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (set: string, control: string) => `Set ${set} number ${control} was rejected.`,
    remedy: 'The sender was told in its 997 or CONTRL where and why; ask for a corrected one under a new number.',
  },
  FILE_FAULTY: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (name: string, count: number) =>
      `The ${name} file has ${count} ${count === 1 ? 'fault' : 'faults'}; nothing of it was taken.`,
    remedy: 'Correct every fault in the list and send the whole file again.',
  },
  FILE_PARKED: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (name: string, count: number) =>
      `So many rows of the ${name} file are faulty (${count} faults) that nothing of it was taken.`,
    remedy: 'Correct the rows and send the whole file again, or raise `mostFaulty` of its layout.',
  },
  ROWS_SKIPPED: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (name: string, count: number) => `Rows of the ${name} file were left out; they have ${count} faults.`,
    remedy: 'The rest of the file was taken. Correct these rows and send the file again.',
  },
  FILE_UNEXPECTED: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (name: string, declared: string) => `${name} is none of the files that are declared: ${declared}.`,
    remedy: 'Give the file the name that was agreed, or declare it under `files` of its sender.',
  },
  ARCHIVE_UNEXPECTED: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (name: string, system: string) => `${name} is an archive, and none was agreed with ${system}.`,
    remedy: 'Ask the sender for the files as they are, or say `archives: true` where it is declared.',
  },
  ARCHIVE_UNSAFE: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (name: string, why: string) => `The archive ${name} is not opened: ${why}.`,
    remedy:
      'Ask the sender for the files as they are. An archive may hold 1,000 files of 50 MB in all, none an archive itself, at most a hundred times larger than it.',
  },
  SNAPSHOT_SHRANK: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (rows: number, held: number) =>
      `The snapshot has ${rows} rows, the book has ${held} items; nothing was counted, and no stock was changed.`,
    remedy: 'If the file is right, release it from its case; else ask the sender for a whole one.',
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
  PARTNER_UNKNOWN: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (name: string) => `There is no partner named ${name}.`,
    remedy: 'GET /v1/partners lists them; a partner is added in crossdock.config.ts.',
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
export const fieldErrors = defineErrors('intake', {
  UOM_CONVERSION: {
    ...AFTER_FIX,
    says: (uom: string, sku: string, why: string) => `${uom} of ${sku} cannot be converted: ${why}.`,
    remedy: 'Declare one factor for the unit in the item master, or use another unit; nothing is taken as one to one.',
  },
  CHECK_DIGIT: {
    ...AFTER_FIX,
    says: (value: string) => `The check digit of “${value}” is wrong.`,
    remedy: 'Send the key as it stands on the goods, with its leading zeros.',
  },
  MISSING: {
    ...AFTER_FIX,
    says: (what: string) => `${what} is missing.`,
    remedy: 'Send the value; nothing is assumed in its place.',
  },
  MALFORMED: {
    ...AFTER_FIX,
    says: (what: string) => `This must be ${what}.`,
    remedy: 'Send the kind of value that the reference names.',
  },
  UNKNOWN: {
    ...AFTER_FIX,
    says: (what: string) => `${what} is not known.`,
    remedy: 'Send the master data first, or check the key.',
  },
  SERIAL_REPEATED: {
    ...AFTER_FIX,
    kind: 'invariant',
    says: (serial: string, item: string) => `Serial ${serial} of ${item} stands here more than once.`,
    remedy: 'A serial is in one place only: look at the goods and report again under a new id.',
  },
  TYPE_UNKNOWN: {
    ...AFTER_FIX,
    says: (type: string, system: string) => `“${type}” is no report that ${system} can make.`,
    remedy: 'Check the type against the reference.',
  },
})

/** What is recorded for a person to look at: nobody is waiting for an answer. */
export const caseErrors = defineErrors('intake', {
  SET_UNSUPPORTED: {
    ...AFTER_FIX,
    says: (set: string) =>
      `A set ${set} is nothing that is expected of its sender: it is not named under relays, and no process takes it.`,
    remedy:
      'Name it under `relays` of the partner, or say what the partner is to us (customer, facility, carrier); or agree with it on what is sent: its 997 or CONTRL has told it.',
  },
  SET_UNREAD: {
    ...AFTER_FIX,
    says: (set: string) => `A set ${set} is nothing that can be read here: there is no document for it.`,
    remedy: 'Agree with the partner on what is sent; its 997 or CONTRL has told it.',
  },
  LINE_UNKNOWN: {
    ...AFTER_FIX,
    kind: 'reference',
    says: () => 'The document names a line that is no part of this order.',
    remedy: 'Ask the customer for an order of its own for what is new.',
  },
  DOCUMENT_REFUSED: {
    ...AFTER_FIX,
    kind: 'partner',
    says: (what: string) => `The partner refused ${what}.`,
    remedy: 'Look at the codes it gave, correct the cause, and send the document again.',
  },
  DOCUMENT_UNSENDABLE: {
    ...AFTER_FIX,
    says: (what: string) => `There is no way to send ${what}.`,
    remedy: 'Add the partner and the document to crossdock.config.ts.',
  },
  ACKNOWLEDGEMENT_UNKNOWN: {
    ...AFTER_FIX,
    kind: 'partner',
    says: (what: string) => `An acknowledgement came for ${what}, which we never sent, or which was answered already.`,
    remedy: 'Ask the partner what it meant; nothing was changed by it.',
  },
  ACKNOWLEDGEMENT_DUE: {
    ...AFTER_FIX,
    kind: 'partner',
    says: (document: string, place: string, by: string) =>
      `No acknowledgement has come yet for ${document}, sent in ${place}; it is due by ${by}.`,
    remedy: 'Ask the partner whether it has the file, while there is time.',
  },
  ACKNOWLEDGEMENT_OVERDUE: {
    ...AFTER_FIX,
    kind: 'partner',
    says: (document: string, place: string) => `No acknowledgement came for ${document}, sent in ${place}.`,
    remedy: 'Ask the partner whether it has the file; send it again if not. It keeps its bytes and numbers.',
  },
})

/** Makes a fault of one member; codes are `XD_INTAKE_…` like those of whole errors. */
export function fieldFault<N extends keyof typeof fieldErrors>(
  name: N,
  pointer: string,
  ...particulars: Parameters<(typeof fieldErrors)[N]>
): FieldFault {
  const { code, row } = fieldErrors[name]
  const says = row.says as (...particulars: readonly string[]) => string
  return { pointer, detail: says(...particulars), code }
}
