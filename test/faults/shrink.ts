/** Delta debugging: fewer and fewer faults, as long as the run still fails. */
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlannedFault, Schedule } from './schedule.ts'

const MOST_MS = 20 * 60_000

/**
 * Takes halves, quarters and so on of the faults away as long as what is left still fails, until no single fault can
 * be missed or twenty minutes are over. A run that fails for another reason counts as failing too.
 */
export async function shrink(
  schedule: Schedule,
  fails: (smaller: Schedule) => Promise<boolean>,
  say: (sentence: string) => void,
  mostMs = MOST_MS,
): Promise<{ readonly schedule: Schedule; readonly file: string }> {
  const until = performance.now() + mostMs
  let kept: readonly PlannedFault[] = schedule.faults
  let parts = 2
  while (kept.length > 1 && parts <= kept.length && performance.now() < until) {
    const size = Math.ceil(kept.length / parts)
    let found = false
    for (let from = 0; from < kept.length && performance.now() < until; from += size) {
      const fewer = [...kept.slice(0, from), ...kept.slice(from + size)]
      if (fewer.length === 0) continue
      say(`trying ${fewer.length} of ${schedule.faults.length} faults`)
      if (!(await fails({ ...schedule, faults: fewer }))) continue
      kept = fewer
      found = true
      break
    }
    parts = found ? Math.max(2, parts - 1) : parts >= kept.length ? kept.length + 1 : Math.min(kept.length, parts * 2)
  }
  const smallest = { ...schedule, faults: kept }
  const file = join(tmpdir(), `crossdock-faults-${schedule.seed}-${kept.length}.json`)
  await writeFile(file, JSON.stringify(smallest, null, 2))
  return { schedule: smallest, file }
}
