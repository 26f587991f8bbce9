import { expect, test } from 'vitest'
import { openDatabaseClock } from './database-clock.ts'

const database = Date.UTC(2026, 10, 28, 12)

test('a hub goes by the time of its database, and steadily: nothing a machine does to its clock is seen', async () => {
  const machine = { monotonic: 1_000.4, answers: database }
  const clock = await openDatabaseClock({ monotonic: () => machine.monotonic, ask: async () => machine.answers })
  expect(clock.now()).toBe(database)
  machine.monotonic += 2_500
  expect(clock.now()).toBe(database + 2_500)
})

test('after a machine has slept the database is asked, and an answer that took too long is not believed', async () => {
  const machine = { monotonic: 1_000, answers: database, askMs: 0 }
  const ask = async () => {
    machine.monotonic += machine.askMs
    return machine.answers
  }
  const clock = await openDatabaseClock({ monotonic: () => machine.monotonic, ask })
  machine.answers = database + 3_600_000
  machine.askMs = 5_000
  await clock.ask()
  expect(clock.now()).toBe(database + 5_000)
  machine.askMs = 0
  await clock.ask()
  expect(clock.now()).toBe(database + 3_600_000)
})
