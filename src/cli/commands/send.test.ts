import { expect, test } from 'vitest'
import { contentTypeOf } from './send.ts'

test.each([
  ['{"number":"1"}', 'order.json', 'application/json'],
  ['{"number":"1"}', 'orders.ndjson', 'application/x-ndjson'],
  ['ISA*00*', '850.edi', 'application/edi-x12'],
  ["UNA:+.? 'UNB+UNOC:3", 'orders.edi', 'application/edifact'],
  ['\ufeff\r\nUNB+UNOC:3', 'orders.edi', 'application/edifact'],
])('%s in %s is sent as %s', (text, file, type) => {
  expect(contentTypeOf(Buffer.from(text), file)).toBe(type)
})
