import { expect, test } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const NOW = Date.UTC(2026, 0, 5, 8)

test.each([
  ['seconds', '120', 120_000],
  ['seconds with spaces around', ' 7 ', 7_000],
  ['zero', '0', 0],
  ['an HTTP date', 'Mon, 05 Jan 2026 08:01:30 GMT', 90_000],
  ['an HTTP date of old form', 'Monday, 05-Jan-26 08:00:10 GMT', 10_000],
  ['a date as asctime writes it', 'Mon Jan  5 08:00:05 2026', 5_000],
  ['a date that is past', 'Mon, 05 Jan 2026 07:59:00 GMT', undefined],
  ['absent', undefined, undefined],
  ['empty', '', undefined],
  ['negative', '-5', undefined],
  ['a fraction', '1.5', undefined],
  ['words', 'soon', undefined],
  ['words with a figure in them', 'try 5', undefined],
  ['absurd seconds', '99999999999', 3_600_000],
  ['more seconds than a number holds', '9'.repeat(400), 3_600_000],
  ['an absurd date', 'Fri, 31 Dec 9999 23:59:59 GMT', 3_600_000],
  ['a date that is none', 'Mon, 99 Jan 2026 99:99:99 GMT', undefined],
])('%s', (_what, header, ms) => {
  expect(retryAfterMs(header, NOW)).toBe(ms)
})
