import { runOverHttp } from './support/over-http.ts'
import type { BenchOptions, BenchResult } from './support/result.ts'

/** Reports come 50 in a POST, requests leave up to 100 in a call; orders are placed one by one. */
export function run(options: BenchOptions): Promise<BenchResult> {
  const travel = { reportsPerPost: 50, requestsPerCall: 100, inFlight: 800, concurrency: 8 }
  return runOverHttp('o2c-batch', travel, { orders: 20_000, quick: 6_000 }, options)
}
