import { runOverHttp } from './support/over-http.ts'
import type { BenchOptions, BenchResult } from './support/result.ts'

/** A day in a minute: every message in and out is one HTTP request; the simulated systems are another process. */
export function run(options: BenchOptions): Promise<BenchResult> {
  const travel = { reportsPerPost: 1, requestsPerCall: 1, inFlight: 256, concurrency: 64 }
  return runOverHttp('o2c-60', travel, { orders: 50_000, quick: 4_000 }, options)
}
