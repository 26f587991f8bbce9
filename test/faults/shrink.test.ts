import { readFileSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { drawSchedule, type Schedule } from './schedule.ts'
import { shrink } from './shrink.ts'

const whole = drawSchedule({ seed: 7, minutes: 3 })

/** A run that fails exactly when these faults are in it. */
const failsWith =
  (...culprits: readonly number[]) =>
  async ({ faults }: Schedule) =>
    culprits.every((nth) => faults.some((fault) => fault.nth === nth))

test.each([[[17]], [[3, 41]], [[1, 2, whole.faults.length]]])(
  'a schedule that fails because of %j shrinks to those faults, in a file that can be run',
  async (culprits) => {
    const runs: number[] = []
    const { schedule, file } = await shrink(whole, failsWith(...culprits), (line) =>
      runs.push(Number(line.split(' ')[1])),
    )
    expect(schedule.faults.map(({ nth }) => nth)).toEqual(culprits)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ...whole, faults: schedule.faults })
    expect(runs.length).toBeLessThan(whole.faults.length) // fewer runs than trying each fault alone
    rmSync(file)
  },
)

test('when the time is over, what is left is what still fails', async () => {
  const { schedule, file } = await shrink(whole, failsWith(3, 41), () => undefined, 0)
  expect(await failsWith(3, 41)(schedule)).toBe(true)
  rmSync(file)
})

test('the same seed draws the same schedule, and among some forms only those', () => {
  expect(drawSchedule({ seed: 7, minutes: 3 })).toEqual(whole)
  const among = ['F1 kill -9', 'F6 down']
  const few = drawSchedule({ seed: 7, minutes: 1, among }).faults
  expect(new Set(few.map(({ kind, form }) => `${kind} ${form}`))).toEqual(new Set(among))
  expect(drawSchedule({ seed: 7, minutes: 1, among: [] }).faults).toEqual([])
})
