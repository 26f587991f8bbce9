import { expect, test } from 'vitest'
import { readPurchaseOrderJson } from '../purchase-order/json.ts'
import { jsonata } from './jsonata.ts'
import { slowForm } from './jsonata-text.ts'
import { tryExamples } from './try-examples.ts'

const AT = Date.parse('2026-03-01T10:00:00Z')
const shopOrder = jsonata({
  name: 'shop order',
  text: `{
    "number": $string(order.id),
    "date": $substringBefore(order.placed, "T"),
    "currency": order.currency ? order.currency : "EUR",
    "buyer": { "id": store },
    "lines": [items[$not(gift = true)]#$at.{
      "line": $string($at + 1),
      "sku": $trim(article),
      "quantity": $string(pieces),
      "uom": $lookup({ "PCE": "EA", "KAR": "CA" }, unit)
    }]
  }`,
  examples: [{ name: 'nothing in it', given: { items: [] }, faultsAt: [''] }],
})
const ORDER = {
  order: { id: 4711, placed: '2026-01-05T09:30:00Z' },
  store: '0042',
  items: [
    { article: ' A ', pieces: 3, unit: 'PCE' },
    { article: 'G', pieces: 1, unit: 'PCE', gift: true },
    { article: 'B', pieces: '2.5', unit: 'KAR' },
  ],
}

test('an expression makes an order like any other, twice the same', async () => {
  const { value } = await shopOrder.run(ORDER, AT)
  expect(readPurchaseOrderJson(value).document).toMatchObject({
    number: '4711',
    date: '2026-01-05',
    lines: [
      { sku: 'A', quantity: '3', uom: 'EA' },
      { sku: 'B', quantity: '2.5', uom: 'CA' },
    ],
  })
  expect((await shopOrder.run(ORDER, AT)).value).toEqual(value)
  expect(shopOrder.version).toMatch(/^[\w-]{12}$/)
})

const one = (text: string, limits = {}) => jsonata({ name: 'm', text, limits })

test.each([
  ['$eval("1")', 'line 1, column'],
  ['{\n  "a": $map(b, $random)\n}', 'line 2'],
  ['($f := $shuffle; $f([1]))', '$shuffle is refused'],
  ['a[', 'line 1'],
  ['$match(a, /(x+)+$/)', 'a repetition stands within a repetition'],
  ['$match(a, /(x)\\1/)', 'refers back'],
  ['"x', 'quote'],
])('%s is refused when it is declared', (text, why) => {
  expect(() => one(text)).toThrow(why)
})

test.each([
  ['(a+)+', true],
  ['(?:a*)*b', true],
  ['((a{2,}))+', true],
  ['([+*]+)', false],
  ['(a\\+)+', false],
  ['^\\d+(\\.\\d+)?$', false],
  ['(ab|c)*', false],
])('%s: slow by its form is %s', (source, slow) => {
  expect(slowForm(source) !== undefined).toBe(slow)
})

test('time is that of the arrival, wherever an expression asks for it', async () => {
  const { value } = await one('[$now(), $string($millis()), $fromMillis($toMillis("07:30", "[H01]:[m01]"))]').run(
    {},
    AT,
  )
  expect(value).toEqual(['2026-03-01T10:00:00.000Z', String(AT), '2026-03-01T07:30:00.000Z'])
})

test.each<[string, unknown, object, string]>([
  ['a loop without an end', '($f := function($x){ $f($x + 1) }; $f(1))', { ms: 150 }, 'longer than 150 ms'],
  ['a pattern that takes for ever', '$match(t, /^(a|a|a|a)*$/)', { ms: 150 }, 'longer than 150 ms'],
  ['a pattern on a long text', '$match($pad("", 50000, "x"), /y/)', {}, 'more than 16384'],
  ['recursion', '($f := function($x){ 1 + $f($x + 1) }; $f(1))', { ms: 5_000 }, 'deeper than'],
  ['a list too long', '[1..300000]', {}, 'more than 200000'],
  [
    'a text that doubles',
    '($f := function($s, $n){ $n = 0 ? $s : $f($s & $s, $n - 1) }; $f("x", 25))',
    {},
    'more than',
  ],
  ['a function', 'function($x){ $x }', {}, 'a function'],
  ['a name that means something', '{ "__proto__": { "admin": true } }', {}, 'a member __proto__'],
  ['nothing', 'nowhere', {}, 'missing'],
  ['a word of its author', '$error("no gifts")', {}, 'no gifts'],
  ['a wrong type', '{\n "a": 1 + "b"\n}', {}, 'line 2, column'],
])('%s is a fault, and the next document is served', async (_, text, limits, why) => {
  const map = one(text as string, limits)
  const given = { t: `${'a'.repeat(40)}b` }
  expect((await map.run(given, AT)).faults?.[0]?.detail).toContain(why)
  expect((await map.run(given, AT)).faults?.[0]?.detail).toContain(why)
})

test('memory ends for the expression, not for the hub', async () => {
  const greedy = one(
    '($f := function($l, $n){ $n = 0 ? $l : $f($append($l, [1..20000]), $n - 1) }; $count($f([], 9)) > 0 ? $map([1..200000], function($v){ [1..2000] }))',
    { megabytes: 24, ms: 20_000, items: 100_000_000 },
  )
  expect((await greedy.run({}, AT)).faults?.[0]?.detail).toContain('more than 24 MB')
})

test('no document leaves anything behind for the next, nor for the hub', async () => {
  const polluting = one(`(
    $a := $merge([$, { "x": $lookup($, "__proto__") }]);
    $b := $ ~> |$|{ "__proto__": { "polluted": true }, "constructor": { "prototype": { "polluted": true } } }|;
    $c := {}.polluted;
    { "polluted": $exists(a.polluted) or $exists($c), "keys": $keys(a) }
  )`)
  const given = JSON.parse('{"__proto__":{"polluted":true},"a":{"b":1}}') as unknown
  for (let time = 0; time < 2; time += 1)
    expect((await polluting.run(given, AT)).value).toEqual({ polluted: false, keys: 'b' })
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('its examples are run like those of any map', async () => {
  expect(await tryExamples(shopOrder)).toMatchObject([{ example: 'nothing in it', passed: false }])
})
