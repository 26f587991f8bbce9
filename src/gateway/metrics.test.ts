import { expect, test } from 'vitest'
import { Metrics } from './metrics.ts'

test('what a scrape reads', () => {
  const metrics = new Metrics()
  metrics.counter('crossdock_arrivals_total', 'Arrivals taken in.', { system: 'say "hi"\n' }).value += 3
  const taken = metrics.histogram('crossdock_seconds', 'How long.', { route: 'a' }, [0.1, 1])
  taken.observe(0.1)
  taken.observe(0.5)
  taken.observe(7)
  metrics.read(() => [
    { name: 'crossdock_waiting', help: 'Waiting.', type: 'gauge', labels: { target: 'erp' }, value: 2 },
    { name: 'crossdock_up', help: 'Up.', type: 'gauge', value: 1 },
    { name: 'crossdock_waiting', help: 'Waiting.', type: 'gauge', labels: { target: 'wms' }, value: 0 },
  ])
  expect(metrics.expose()).toBe(
    [
      '# HELP crossdock_arrivals_total Arrivals taken in.',
      '# TYPE crossdock_arrivals_total counter',
      'crossdock_arrivals_total{system="say \\"hi\\"\\n"} 3',
      '# HELP crossdock_seconds How long.',
      '# TYPE crossdock_seconds histogram',
      'crossdock_seconds_bucket{route="a",le="0.1"} 1',
      'crossdock_seconds_bucket{route="a",le="1"} 2',
      'crossdock_seconds_bucket{route="a",le="+Inf"} 3',
      'crossdock_seconds_sum{route="a"} 7.6',
      'crossdock_seconds_count{route="a"} 3',
      '# HELP crossdock_waiting Waiting.',
      '# TYPE crossdock_waiting gauge',
      'crossdock_waiting{target="erp"} 2',
      'crossdock_waiting{target="wms"} 0',
      '# HELP crossdock_up Up.',
      '# TYPE crossdock_up gauge',
      'crossdock_up 1',
      '',
    ].join('\n'),
  )
})

test('labels stay bounded: beyond 2,000 series of one name the rest is counted together', () => {
  const metrics = new Metrics()
  for (let at = 0; at < 3_000; at += 1) metrics.counter('crossdock_x_total', 'X.', { system: `s${at}` }).value += 1
  const lines = metrics.expose().split('\n')
  expect(lines.length).toBeLessThan(2_010)
  expect(lines).toContain('crossdock_x_total{system="other"} 1000')
})
