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

test('what the gate takes grows with the files, not with their square, also when every line is wrong', async () => {
  const bench = new PartnerBench(definition)
  const play = async (lines: number): Promise<number> => {
    const numbers = Array.from({ length: lines }, (_, at) => at + 3)
    const ordered = numbers.map((at) => `PO1*${at}*1*EA*1.00*PE*VN*ITEM-${at}~\n`).join('')
    const billed = numbers.map((at) => `IT1*${at}*2*BX*1.50*PE*VN*OTHER-${at}~\n`).join('')
    const files = new SampleFiles('grandview')
      .replace('order-1.edi', 'CTT*2', `${ordered}CTT*${lines + 2}`)
      .replace('our-810.edi', 'TDS*131000', `${billed}TDS*${131_000 + lines * 300}`)
      .replace('our-810.edi', 'CTT*2', `CTT*${lines + 2}`)
      .drop('order-1.edi', 'REF*DP') // counts the segments again
      .drop('our-810.edi', 'REF*SI')
    const before = performance.now()
    const { points } = await bench.play('grandview', files.samples, 'operator', NOW)
    expect(points.find(({ point }) => point === 'documents agree')?.findings).toHaveLength(100)
    return performance.now() - before
  }
  const best = async (lines: number) => Math.min(await play(lines), await play(lines), await play(lines))
  const [small, large] = [await best(250), await best(2_000)]
  expect(large / small).toBeLessThan(8 * 4)
})
