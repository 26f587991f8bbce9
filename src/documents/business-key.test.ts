import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { expect, test } from 'vitest'
import { businessIdentity, keyText } from './business-key.ts'
import { documentNamed, documentTypes } from './catalogue.ts'
import type { DocumentType } from './document.ts'
import { orderChange, remittanceAdvice, shipmentStatus } from './index.ts'

/** The hand-made documents of every type. */
const fixtures = globSync('src/documents/*/fixtures/*.json').map((file) => ({
  file,
  type: documentNamed(basename(dirname(dirname(file)))) as DocumentType,
  document: JSON.parse(readFileSync(file, 'utf8')) as object,
}))

test('every document says what tells it from others and what it is about, also after a way through X12', () => {
  expect(new Set(fixtures.map(({ type }) => type.name))).toEqual(new Set(documentTypes.map(({ name }) => name)))
  for (const { file, type, document } of fixtures) {
    const { parts } = businessIdentity(type, document)
    expect([file, parts.some((part) => part !== '')]).toEqual([file, true])
    expect([file, type.about(document)[0]?.[0]]).toEqual([file, expect.stringMatching(/^[a-z]+$/)])
    expect(keyText(parts)).toMatch(/^[!-~]{1,80}$/)
  }
})

const remittance = { number: '42', originator: '7', amount: '10.00' }
const identity = (document: object, type: unknown = remittanceAdvice) =>
  businessIdentity(type as DocumentType, document)

test('an original and its declared copy are one, whatever the order of their members; other content is told', () => {
  const { number, ...rest } = remittance
  expect(identity({ ...rest, number })).toEqual(identity(remittance))
  expect(identity({ ...remittance, purpose: 'duplicate' })).toEqual(identity({ ...remittance, purpose: 'original' }))
  const other = identity({ ...remittance, amount: '11.00' })
  expect([other.parts, other.content === identity(remittance).content]).toEqual([['7', '42'], false])
})

test('a replacement is itself by what it says, a cancellation by its number, and what has no number by its content', () => {
  const replaced = (amount: string) => identity({ ...remittance, amount, purpose: 'replace' }).parts.join()
  expect(replaced('11.00')).not.toBe(replaced('12.00'))
  expect(identity({ ...remittance, purpose: 'cancel' })).toEqual(
    identity({ ...remittance, amount: '1.00', purpose: 'cancel' }),
  )
  const change = (quantity: string) => identity({ number: '1', lines: [{ quantity }] }, orderChange).parts.join()
  expect(change('1')).toBe(change('1'))
  expect(change('1')).not.toBe(change('2'))
})

test('statuses of one shipment are told apart by what happened and when', () => {
  const status = (time: string) =>
    identity(
      {
        scac: 'FAST',
        shipment: 'S-1',
        lines: [{ line: '1', milestones: [{ milestone: 'delivered', date: '2026-01-05', time }] }],
      },
      shipmentStatus,
    ).parts
  expect(status('10:00')).not.toEqual(status('11:00'))
})

test('a key is short, and fit for an address and a header', () => {
  expect(keyText(['4711', undefined])).toBe('4711')
  expect(keyText(['FAST', 'S-1'])).toBe('FAST/S-1')
  for (const part of ['Größe', 'a b', 'a/b', 'a#b', 'x'.repeat(99)]) expect(keyText([part])).toMatch(/^~[0-9a-f]{32}$/)
  expect(keyText(['a/b'])).not.toBe(keyText(['a', 'b']))
})
