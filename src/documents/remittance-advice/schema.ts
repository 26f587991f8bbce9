import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import {
  amount,
  code,
  currency,
  date,
  dates,
  identifier,
  MOST_LINES,
  oneOf,
  parties,
  partySchema,
  references,
  text,
} from '../shapes.ts'

const optional = Type.Optional
const notes = () => optional(Type.Array(text(80), { minItems: 1, maxItems: 1000 }))

export const bankAccountSchema = closed({
  bankQualifier: optional(code(2, 'X12 506: 01 ABA routing number …')),
  bank: optional(identifier(12)),
  accountQualifier: optional(code(3, 'X12 569: DA demand deposit …')),
  account: optional(identifier(35)),
})

export const adjustmentSchema = closed({
  amount: amount('What it changes the payment by: below zero it is a deduction'),
  reason: code(2, 'X12 426; a deduction becomes a claim'),
  qualifier: optional(code(3, 'What the reference is, X12 128: CM credit memo, IV invoice …')),
  reference: optional(identifier(35)),
  notes: notes(),
  references: references(),
})

export const remittanceLineSchema = closed({
  qualifier: code(3, 'What is paid, X12 128: IV an invoice, CM a credit memo, PO an order …'),
  reference: identifier(35),
  action: optional(code(2, 'X12 482: PO payment on account, PT payment in full …')),
  paid: amount('What this payment covers of it, below zero for a credit taken'),
  billed: optional(amount()),
  discount: optional(amount()),
  reason: optional(code(2, 'Why it differs, X12 426')),
  reasonAmount: optional(amount()),
  notes: notes(),
  references: references(),
  dates: dates(),
  adjustments: optional(Type.Array(adjustmentSchema, { minItems: 1, maxItems: 200 })),
})

/** What a payment covers: invoices, credits taken, deductions with their reasons; together they are the amount paid. */
export const remittanceAdviceSchema = closed({
  number: identifier(35, 'The number of the payment: check or trace number'),
  originator: optional(identifier(10, 'Who gave the number')),
  trace: optional(code(2, 'X12 481; default 1')),
  handling: code(2, 'X12 305: I remittance only, C payment with remittance, D payment order …'),
  amount: amount('What is paid'),
  direction: oneOf(['credit', 'debit']),
  method: code(3, 'X12 591: ACH, CHK a check, FWT a wire …'),
  format: optional(code(10, 'X12 812: CCP, CTX, PBC …')),
  date: optional(date('The day the payment takes effect')),
  currency: currency(),
  from: optional(bankAccountSchema),
  to: optional(bankAccountSchema),
  company: optional(identifier(10, 'The company that orders the payment, X12 509')),
  purpose: optional(code(3, 'X12 1048: VEN vendor payment …')),
  payer: optional(partySchema),
  payee: optional(partySchema),
  parties: parties(),
  references: references(),
  dates: dates(),
  notes: notes(),
  adjustments: optional(
    Type.Array(adjustmentSchema, { minItems: 1, maxItems: 1000, description: 'Those that belong to no line' }),
  ),
  lines: Type.Array(remittanceLineSchema, { maxItems: MOST_LINES }),
})

export type RemittanceAdvice = Static<typeof remittanceAdviceSchema>
export type RemittanceLine = RemittanceAdvice['lines'][number]
export type Adjustment = Static<typeof adjustmentSchema>
export type BankAccount = Static<typeof bankAccountSchema>
