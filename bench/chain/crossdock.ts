import { memory } from '../../src/connectors/memory/index.ts'
import type { Decision, Input, Room } from '../../src/journal/contract.ts'
import { laneOfSubject, subjectOf } from '../../src/lifecycle/subject.ts'
import { benchCore } from '../support/core.ts'
import { payload, type Side, STEPS } from './contract.ts'

const IN_FLIGHT = 400

/** Each step is a request that is planned, answered and marked durably; the journal keeps all of them. */
export async function open(url: string): Promise<Side> {
  const hearing = { finished: () => {} }
  const core = await benchCore(url, {
    rooms: [chainRoom(() => hearing.finished()) as Room],
    systems: { worker: memory({ handle: async () => ({ status: 200, body: {} }) }, { batch: 64, concurrency: 16 }) },
  })
  let lastOrder = 0
  const place = () => {
    lastOrder += 1
    const subject = subjectOf('bench', 'order', `chain-${lastOrder}`)
    core.journal.submit({
      admit: (_found, context) => ({
        inputs: [
          {
            kind: 'arrival',
            type: 'order',
            subject,
            source: 'bench',
            occurredAt: context.now,
            data: { text: payload },
          },
        ],
        fresh: [subject],
        touches: [laneOfSubject(subject)],
      }),
      settled: () => {},
      failed: (error) => {
        throw error
      },
    })
  }
  return {
    run: (orders) =>
      new Promise((resolve) => {
        let started = 0
        let done = 0
        const fill = () => {
          for (; started - done < IN_FLIGHT && started < orders; started += 1) place()
        }
        hearing.finished = () => {
          done += 1
          if (done === orders) resolve()
          else fill()
        }
        fill()
      }),
    close: () => core.close(),
  }
}

function chainRoom(finished: () => void): Room<{ step: number }> {
  const step = (number: number, id: string) => ({
    requests: [{ target: 'worker', verb: `step-${number}`, key: id, body: { id } }],
  })
  return {
    name: 'chain',
    about: 'order',
    table: {
      name: 'process_state',
      key: [
        { name: 'lane', type: 'int2' },
        { name: 'subject', type: 'text' },
      ],
      columns: [{ name: 'state', type: 'bytea' }],
    },
    initial: () => ({ step: 0 }),
    load: (_subject, row) => ({ step: (row[0] as Uint8Array)[0] ?? 0 }),
    save: (state) => [Uint8Array.of(state.step)],
    fold: (state, event) => {
      if (event.type !== 'delivery.planned') return false
      state.step += 1
      return true
    },
    decide: (state, input: Input): Decision | undefined => {
      if (input.kind === 'arrival') {
        return { events: [{ type: 'order.received', data: input.data as never }], ...step(1, input.subject) }
      }
      if (input.kind !== 'answer') return undefined
      if (state.step < STEPS) return step(state.step + 1, input.subject)
      finished()
      return undefined
    },
  }
}
