import { expect, test } from 'vitest'
import { TrialWork, type TrialWorkPorts } from './trial-work.ts'
import type { Trial } from './trials.ts'

test('a trial that cannot be gone on with is told of, and those behind it go on, as do releases', async () => {
  const states = new Map([
    ['oldest', 'trying'],
    ['next', 'trying'],
    ['pressed', 'releasing'],
  ])
  const trial = (id: string) => ({ id, caseSubject: `acme/case/${id}`, state: states.get(id), seenTo: '' }) as Trial
  const inState = (state: string) => [...states].filter(([, one]) => one === state).map(([id]) => trial(id))
  const told: string[] = []
  const trials = {
    take: async (_worker: string, _tenant: string, except: readonly string[] = []) =>
      inState('trying').find(({ id }) => !except.includes(id)),
    one: async (_case: string, id: string) => trial(id),
    through: async ({ id }: Trial) => void states.set(id, 'tried'),
    releasing: async () => inState('releasing'),
    toRelease: async () => [],
    endRelease: async ({ id }: Trial) => {
      states.set(id, 'released')
      return true
    },
  }
  const cases = {
    one: async (subject: string) => {
      if (subject.endsWith('oldest')) throw new Error('it cannot be read')
      return { subject }
    },
    members: async () => [],
  }
  const work = new TrialWork({
    tenant: 'acme',
    trials,
    cases,
    desk: {},
    scheduler: { after: () => () => {} },
    lanes: () => [],
    submit: async () => {},
    now: () => 0,
    released: () => {},
    trouble: (what: string, error: unknown) => told.push(`${what}: ${String(error)}`),
    worker: 'w',
  } as unknown as TrialWorkPorts)
  await expect.poll(() => states.get('pressed')).toBe('released')
  await work.close()
  expect([...states.values()]).toEqual(['trying', 'tried', 'released'])
  expect(new Set(told)).toEqual(new Set(['trial oldest could not be gone on with: Error: it cannot be read']))
})
