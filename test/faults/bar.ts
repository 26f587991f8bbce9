import type { RunResult } from './run.ts'
import type { Schedule } from './schedule.ts'

/**
 * What a run must show besides being clean, in sentences; none when it showed it. In three minutes nine tenths of the
 * orders and forty faults that bit; in the short form, which shares its machine with other tests, half and seven.
 */
export function missedBy(result: Pick<RunResult, 'orders' | 'faults'>, schedule: Schedule): readonly string[] {
  const [share, faults] = schedule.minutes >= 3 ? [0.9, 40] : [0.5, 7]
  const orders = Math.ceil(schedule.orders * share)
  return [
    ...(result.orders < orders
      ? [`${result.orders} of ${schedule.orders} orders: at least ${orders} were wanted`]
      : []),
    ...(result.faults < faults ? [`${result.faults} faults bit: at least ${faults} were wanted`] : []),
  ]
}
