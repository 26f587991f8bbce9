import type { TSchema } from 'typebox'
import { Errors } from 'typebox/value'
import { expect, test } from 'vitest'
import { type BenchResult, benchRoutes, PartnerBench } from '../../src/hub/partner-bench/routes.ts'
import type { Route, RouteRequest } from '../../src/journal/route.ts'
import definition from './business.ts'
import { SampleFiles } from './sample-files.ts'

const NOW = Date.parse('2026-01-16T08:00:00Z')
const [post, get] = benchRoutes as [Route<{ bench: PartnerBench }>, Route<{ bench: PartnerBench }>]

const asked = (name: string, body?: object) =>
  ({
    params: { name },
    body,
    now: NOW,
    caller: { key: 'operator', tenant: 'acme', scopes: ['*'] },
  }) as unknown as RouteRequest

const bodyOf = ({ samples }: SampleFiles) => ({
  samples: samples.map(({ name, bytes }) => ({ name, content: Buffer.from(bytes).toString('utf8') })),
})

test('the gate over HTTP says what the command says, and what it said last is kept', async () => {
  const ports = { bench: new PartnerBench(definition) }
  await expect(async () => get.handle(asked('grandview'), ports)).rejects.toThrow(/No samples of grandview/)
  const body = bodyOf(new SampleFiles('grandview'))
  expect(Errors(post.body as TSchema, body)).toEqual([])
  const good = await post.handle(asked('grandview', body), ports)
  expect(Errors(post.responses[200] as TSchema, good.body)).toEqual([])
  expect(good.body).toMatchObject({
    partner: 'grandview',
    live: true,
    by: 'operator',
    triedAt: '2026-01-16T08:00:00.000Z',
  })

  const bad = new SampleFiles('grandview').replace('our-810.edi', 'BIG*20260110', 'BIG*20260108')
  const base64 = bad.samples.map(({ name, bytes }) => ({
    name,
    content: Buffer.from(bytes).toString('base64'),
    encoding: 'base64',
  }))
  const { body: found } = await post.handle(asked('grandview', { samples: base64 }), ports)
  expect(Errors(post.responses[200] as TSchema, found)).toEqual([])
  const { live, points } = found as BenchResult
  expect(live).toBe(false)
  expect(points.filter(({ state }) => state === 'failed')).toMatchObject([
    { point: 'documents agree', findings: [{ code: 'XD_DOCUMENTS_DATE_EARLY', place: 'BIG01 (segment 2)' }] },
  ])
  expect((await get.handle(asked('grandview'), ports)).body).toEqual(found)
})

test('nobody, and whatever is no list of files, is refused', async () => {
  const ports = { bench: new PartnerBench(definition) }
  await expect(async () => post.handle(asked('nobody', { samples: [] }), ports)).rejects.toThrow(
    /no partner named nobody/,
  )
  await expect(async () => get.handle(asked('nobody'), ports)).rejects.toThrow(/no partner named nobody/)
  const fifty = Array.from({ length: 51 }, (_, at) => ({ name: `${at}.edi`, content: '' }))
  for (const body of [{}, { samples: [{ name: '' }] }, { samples: [{ name: 'a', content: 1 }] }, { samples: fifty }])
    expect(Errors(post.body as TSchema, body)).not.toEqual([])
})

test('a file of a megabyte, every line of it wrong, is played in well under a second', async () => {
  const lines = Array.from({ length: 9_000 }, (_, at) => `PO1*${at + 1}*1*EA*1.00*PE*VN*ITEM-${at}`)
  const order = new SampleFiles('grandview').replace('order-2.edi', 'PO1*1*24*EA', `${lines.join('~\n')}~\nPO1*1*24*EA`)
  const ports = { bench: new PartnerBench(definition) }
  const before = performance.now()
  const { body } = await post.handle(asked('grandview', bodyOf(order)), ports)
  expect((body as BenchResult).live).toBe(false)
  expect(performance.now() - before).toBeLessThan(5_000)
})
