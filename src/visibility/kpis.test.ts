import { describe, expect, test } from 'vitest'
import { bucketOf, bucketsOf, figuresOf, middleOf } from './kpis.ts'

describe('durations', () => {
  test('a duration read back from its bucket is within five percent', () => {
    for (let ms = 20; ms < 1e9; ms = Math.ceil(ms * 1.37)) {
      expect(Math.abs(middleOf(bucketOf(ms)) - ms) / ms, String(ms)).toBeLessThan(0.05)
    }
  })

  test('a duration of nothing, or less, is the smallest there is', () => {
    expect(bucketOf(0)).toBe(0)
    expect(bucketOf(0.3)).toBe(0)
  })

  test('median, p90 and p99 of a hundred', () => {
    const samples = Array.from({ length: 100 }, (_, nth) => ({
      tenant: 'acme',
      kpi: 'releaseLatency' as const,
      facility: 'DC1',
      channel: 'shop',
      at: 0,
      durationMs: (nth + 1) * 1_000,
    }))
    const figures = figuresOf(bucketsOf(samples), 60_000)
    expect(figures.count).toBe(100)
    expect(figures.medianMs).toBeGreaterThan(47_000)
    expect(figures.medianMs).toBeLessThan(53_000)
    expect(figures.p90Ms).toBeGreaterThan(85_000)
    expect(figures.p90Ms).toBeLessThan(96_000)
    expect(figures.p99Ms).toBeGreaterThan(94_000)
    expect(figures.withinTarget).toBeCloseTo(0.6, 1)
  })

  test('nothing measured is nothing, not zero', () => {
    expect(figuresOf([], 1)).toEqual({ count: 0, medianMs: null, p90Ms: null, p99Ms: null })
  })
})
