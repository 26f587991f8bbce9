import { describe, expect, test } from 'vitest'
import { IdMint, keyHash } from '../base/ids.ts'
import { SimulatedTime } from '../base/simulated-time.ts'
import type { EventType } from '../lifecycle/events.ts'
import { laneOfSubject, partsOf, subjectOf } from '../lifecycle/subject.ts'
import { CommitFailed, type Row } from '../store/contract.ts'
import { ModelDatabase } from '../store/model/model-database.ts'
import { type ModelFaults, openModelStore } from '../store/model/model-store.ts'
import type { Input, JournalEvent, Room } from './contract.ts'
import { decodeEvent } from './encode.ts'
import { Journal } from './journal.ts'
import { parkedInputTable, parkedTable } from './parked.ts'
import type { Settlement } from './work.ts'

/** What the rooms of these tests do wrong; a test mends it by setting it back. */
interface Faults {
  /** Words at which the first room throws when it decides. */
  say: RegExp
  /** Words at which the second room throws when it decides. */
  decide: RegExp
  /** Words at which the first room throws half way through a fold. */
  fold: RegExp
  /** Words at which the stock throws when it hears them. */
  hear: RegExp
  /** Subjects whose row cannot be read. */
  load: RegExp
}

const nothing = /(?!)/

/** Two rooms about orders and one about stock: the first writes down what comes, the second looks at it again. */
function rooms(faults: Faults) {
  const asked: string[] = []
  const writing: Room<{ words: string[] }> = {
    name: 'writing',
    about: 'order',
    table: table('order_state'),
    initial: () => ({ words: [] }),
    load: (subject, row) => {
      if (faults.load.test(subject)) throw new Error('this row cannot be read')
      return JSON.parse(Buffer.from(row[0] as Uint8Array).toString()) as { words: string[] }
    },
    save: (state) => [Buffer.from(JSON.stringify(state))],
    fold: (state, event) => {
      if (event.type !== 'order.posted') return false
      const word = wordOf(event)
      if (faults.fold.test(word)) {
        state.words.push('half')
        throw new Error(`cannot fold ${word}`)
      }
      state.words.push(word)
      return true
    },
    decide: (state, input) => {
      if (input.kind !== 'arrival' || input.type !== 'say') return undefined
      if (faults.say.test(String(input.data))) throw new Error(`cannot say ${String(input.data)}`)
      asked.push(String(input.data))
      return { events: [{ type: 'order.posted', data: { number: String(input.data) } }], answer: [...state.words] }
    },
  }
  const looking: Room<null> = {
    ...stateless('looking'),
    decide: (_state, input) => {
      if (input.kind === 'recorded' && faults.decide.test(wordOf(input.event))) {
        throw new Error(`cannot look at ${wordOf(input.event)}`)
      }
      if (input.kind !== 'recorded' || input.event.type !== 'order.posted') return undefined
      return { events: [{ type: 'order.corrected', data: { by: 'test', reason: '' } as never }] }
    },
  }
  const stock: Room<null> = {
    ...stateless('stock'),
    about: 'stock',
    decide: (_state, input) => {
      if (input.kind !== 'heard') return undefined
      if (faults.hear.test(wordOf(input.event))) throw new Error(`cannot hear ${wordOf(input.event)}`)
      return { events: [{ type: 'inventory.policy_set', data: { facility: wordOf(input.event), lines: [] } }] }
    },
    hears: { 'order.posted': () => [DC1] },
  }
  return { rooms: [writing, looking, stock] as Room[], asked }
}

const DC1 = subjectOf('acme', 'stock', 'DC1')
const wordOf = (event: JournalEvent) => (event.data as { number?: string }).number ?? ''

function stateless(name: string): Room<null> {
  return {
    name,
    about: 'order',
    initial: () => null,
    load: () => null,
    save: () => null,
    fold: () => false,
    decide: () => undefined,
  }
}

function table(name: string) {
  return {
    name,
    key: [
      { name: 'lane', type: 'int2' as const },
      { name: 'subject', type: 'text' as const },
    ],
    columns: [{ name: 'state', type: 'bytea' as const }],
  }
}

class Desk {
  readonly time = new SimulatedTime(1_000_000)
  readonly disk = new ModelDatabase(this.time)
  readonly faults: Faults = { say: nothing, decide: nothing, fold: nothing, hear: nothing, load: nothing }
  readonly room = rooms(this.faults)
  readonly troubles: string[] = []
  commits = 0
  #instances = 0

  async open(options: { faults?: ModelFaults; lanes?: (lane: number) => boolean } = {}) {
    this.#instances += 1
    const id = `hub-${this.#instances}`
    const store = openModelStore(this.disk, {
      faults: options.faults ?? {},
      scheduler: { delay: () => this.time.yield() },
    })
    const journal: Journal = new Journal({
      store,
      clock: this.time,
      scheduler: this.time,
      mint: new IdMint(0, id),
      rooms: this.room.rooms,
      lowestOpen: () => undefined,
      committed: () => {
        this.commits += 1
      },
      lanesTaken: async () => {},
      lanesLost: () => {},
      poke: () => {},
      trouble: (what) => this.troubles.push(what),
    })
    await this.run(store.register(id, ''))
    const wanted = (await this.run(store.lanes())).filter((row) => options.lanes?.(row.lane) ?? true)
    journal.start()
    await this.run(journal.take({ rows: await this.run(store.takeLanes(id, wanted)), callsMs: new Map() }))
    return { journal, store }
  }

  async run<T>(work: Promise<T>): Promise<T> {
    let settled = false
    const watched = work.finally(() => {
      settled = true
    })
    watched.catch(() => {})
    await this.time.run({ until: () => settled })
    return work
  }

  /** Something is said about an order; new orders are given a name that is minted as they are admitted. */
  says(
    journal: Journal,
    order: string,
    word: string,
    how: { fresh?: boolean; answered?: boolean } = {},
  ): Promise<Settlement> {
    const hash = keyHash('order', order, word)
    return new Promise((settled, failed) => {
      journal.submit({
        claims: [{ kind: 3, hash, digest: hash }],
        admit: (found, context) => {
          if (found[0]) return { inputs: [], immediate: true, answer: `repeat of ${found[0].ref}` }
          const id = how.fresh ? context.mint('o', 7) : order
          const subject = subjectOf('acme', 'order', id)
          const at = context.now
          const input: Input = { kind: 'arrival', type: 'say', subject, source: 'test', occurredAt: at, data: word }
          return {
            inputs: [input],
            keys: [{ kind: 3, hash, digest: hash, ref: `${id} r1`, lane: laneOfSubject(subject), at }],
            ...(how.fresh ? { fresh: [subject] } : {}),
            ...(how.answered ? { answer: 'taken' } : {}),
          }
        },
        settled,
        failed,
      })
    })
  }

  get events(): JournalEvent[] {
    return this.disk.journal.flatMap((lane) =>
      lane.map((entry, at) => {
        expect(entry.position).toBe(at + 1)
        return decodeEvent(entry)
      }),
    )
  }

  subjectsWith(type: EventType): string[] {
    return this.events.filter((event) => event.type === type).map((event) => partsOf(event.subject).id)
  }

  /** The words of an order in the order in which they became facts. */
  words(order: string): string[] {
    return this.events.flatMap((event) =>
      event.type === 'order.posted' && partsOf(event.subject).id === order ? [wordOf(event)] : [],
    )
  }

  nothingParked(): Promise<unknown> {
    return this.time.run({ until: () => this.rows(parkedTable).length === 0 })
  }

  rows(of: typeof parkedTable): Row[] {
    return this.disk.lanes.flatMap(({ lane }) => this.disk.table(of).rowsOf(lane))
  }
}

const order = (id: string) => subjectOf('acme', 'order', id)

describe('a room that throws when it decides', () => {
  test('parks its subject where it stands; what was decided before is kept and nothing is turned twice', async () => {
    const desk = new Desk()
    desk.faults.decide = /bad/
    const { journal } = await desk.open()
    const all = ['a', 'b', 'c'].map((id) => desk.says(journal, id, id === 'b' ? 'bad' : 'good'))
    await desk.run(Promise.all(all))
    expect(desk.words('b')).toEqual(['bad'])
    expect(desk.subjectsWith('subject.parked')).toEqual(['b'])
    expect(desk.subjectsWith('order.corrected').sort()).toEqual(['a', 'c'])
    expect(desk.room.asked).toEqual(['good', 'bad', 'good'])
    expect(desk.troubles).toEqual([`${order('b')} is parked`])
    expect(desk.rows(parkedTable)[0]?.slice(0, 4)).toEqual([
      laneOfSubject(order('b')),
      order('b'),
      'looking',
      'cannot look at bad',
    ])
  })

  test('who needs no room to be answered is told that it is taken; who does hears that the subject is parked', async () => {
    const desk = new Desk()
    desk.faults.decide = /bad/
    const { journal } = await desk.open()
    await desk.run(desk.says(journal, 'b', 'bad'))
    await expect(desk.run(desk.says(journal, 'b', 'later', { answered: true }))).resolves.toMatchObject({
      answer: 'taken',
    })
    await expect(desk.run(desk.says(journal, 'b', 'asked'))).rejects.toMatchObject({ code: 'XD_JOURNAL_PARKED' })
    await expect(desk.run(desk.says(journal, 'b', 'asked'))).resolves.toMatchObject({ answer: 'repeat of b r1' })
    expect(desk.rows(parkedInputTable)).toHaveLength(3)
  })
})

describe('a parked subject', () => {
  test('is parked still after a restart, and at the instance that takes its lane over', async () => {
    const desk = new Desk()
    desk.faults.decide = /bad/
    const one = await desk.open()
    await desk.run(desk.says(one.journal, 'b', 'bad'))
    one.store.crash()
    const two = await desk.open()
    await desk.run(desk.says(two.journal, 'b', 'later', { answered: true }))
    expect(desk.room.asked).toEqual(['bad'])
    const three = await desk.open({ lanes: (lane) => lane === laneOfSubject(order('b')) })
    await desk.run(desk.says(three.journal, 'b', 'still later', { answered: true }))
    expect(desk.room.asked).toEqual(['bad'])
    expect(three.journal.parked.get(order('b'))).toMatchObject({ first: 1, next: 4, reason: 'cannot look at bad' })
  })

  test('goes on in order when it is resumed, also with what comes meanwhile, and keeps nothing', async () => {
    const desk = new Desk()
    desk.faults.decide = /bad/
    const { journal } = await desk.open()
    await desk.run(desk.says(journal, 'b', 'bad'))
    const kept = Array.from({ length: 450 }, (_, at) => `w${at}`)
    await desk.run(Promise.all(kept.map((word) => desk.says(journal, 'b', word, { answered: true }))))
    desk.faults.decide = nothing
    const resumed = journal.resume(order('b'), 'ann')
    const meanwhile = Array.from({ length: 60 }, (_, at) => `m${at}`)
    const said = meanwhile.map((word) => desk.says(journal, 'b', word, { answered: true }))
    await expect(desk.run(resumed)).resolves.toMatchObject({ answer: { resumed: true, kept: 451 } })
    await desk.run(Promise.all(said))
    await desk.nothingParked()
    await desk.run(desk.says(journal, 'b', 'after'))
    expect(desk.words('b')).toEqual(['bad', ...kept, ...meanwhile, 'after'])
    expect(desk.subjectsWith('order.corrected')).toHaveLength(512)
    expect([desk.rows(parkedTable), desk.rows(parkedInputTable)]).toEqual([[], []])
    expect(desk.subjectsWith('subject.resumed')).toEqual(['b'])
    await expect(desk.run(journal.resume(order('b'), 'ann'))).resolves.toMatchObject({ answer: undefined, events: [] })
  })

  test('that fails again keeps the rest in order, and a restart in the middle of it goes on by itself', async () => {
    const desk = new Desk()
    desk.faults.decide = /bad/
    const one = await desk.open()
    await desk.run(desk.says(one.journal, 'b', 'bad'))
    for (const word of ['x1', 'worse', 'x2']) await desk.run(desk.says(one.journal, 'b', word, { answered: true }))
    desk.faults.decide = nothing
    desk.faults.say = /worse/
    await desk.run(one.journal.resume(order('b'), 'ann'))
    await desk.time.run({ until: () => desk.subjectsWith('subject.parked').length === 2 })
    expect(desk.words('b')).toEqual(['bad', 'x1'])
    expect(one.journal.parked.get(order('b'))).toMatchObject({ first: 3, reason: 'cannot say worse' })

    desk.faults.say = nothing
    await desk.run(one.journal.resume(order('b'), 'ann'))
    one.store.crash() // before anything of it is worked on
    await desk.open()
    await desk.nothingParked()
    expect(desk.words('b')).toEqual(['bad', 'x1', 'worse', 'x2'])
    expect(desk.rows(parkedInputTable)).toEqual([])
  })

  test('is resumed from an instance that does not own its lane', async () => {
    const desk = new Desk()
    desk.faults.decide = /bad/
    const lane = laneOfSubject(order('b'))
    const one = await desk.open({ lanes: (number) => number === lane })
    const two = await desk.open({ lanes: (number) => number !== lane })
    await desk.run(desk.says(one.journal, 'b', 'bad'))
    await desk.run(desk.says(two.journal, 'b', 'from afar', { answered: true }))
    await desk.run(one.journal.readInbox())
    await desk.time.run({ until: () => desk.rows(parkedInputTable).length === 2 })
    desk.faults.decide = nothing
    await expect(desk.run(two.journal.resume(order('b'), 'ann'))).resolves.toMatchObject({ answer: undefined })
    await desk.run(one.journal.readInbox())
    await desk.nothingParked()
    expect(desk.words('b')).toEqual(['bad', 'from afar'])
  })

  test.each(['beforeCommit', 'afterCommit'] as const)(
    'keeps once what came in a commit whose answer was lost (%s)',
    async (hook) => {
      const desk = new Desk()
      desk.faults.decide = /bad/
      let cuts = 0
      const cut = () => {
        if (cuts-- > 0) throw new CommitFailed('unknown', 'cable cut')
      }
      const { journal } = await desk.open({ faults: { [hook]: cut } })
      await desk.run(desk.says(journal, 'b', 'bad'))
      cuts = 1
      const answers = ['x1', 'x2'].map((word) => desk.says(journal, 'b', word, { answered: true }))
      await desk.run(Promise.all(answers))
      expect(journal.parked.get(order('b'))).toMatchObject({ first: 1, next: 4 })
      expect(desk.rows(parkedInputTable)).toHaveLength(3)
      desk.faults.decide = nothing
      cuts = 1
      await desk.run(journal.resume(order('b'), 'ann'))
      await desk.nothingParked()
      expect(desk.words('b')).toEqual(['bad', 'x1', 'x2'])
    },
  )
})

describe('a room that fails where states are half folded', () => {
  test('costs its turn and parks who led there, minted or not; the half of it is forgotten', async () => {
    const desk = new Desk()
    desk.faults.fold = /bad/
    const { journal } = await desk.open()
    const words = ['good', 'bad', 'good', 'bad', 'good']
    const all = words.map((word, at) => desk.says(journal, `n${at}`, word, { fresh: true, answered: true }))
    const known = desk.says(journal, 'k', 'bad', { answered: true })
    await desk.run(Promise.all([...all, known]))
    expect(desk.subjectsWith('order.corrected')).toHaveLength(3)
    expect(desk.subjectsWith('subject.parked')).toHaveLength(3)
    desk.faults.fold = nothing
    for (const { subject } of [...journal.parked.all()]) await desk.run(journal.resume(subject, 'ann'))
    await desk.nothingParked()
    expect(desk.subjectsWith('order.corrected')).toHaveLength(6)
    expect(desk.words('k')).toEqual(['bad'])
    await expect(desk.run(desk.says(journal, 'k', 'next'))).resolves.toMatchObject({ answer: ['bad'] })
  })

  test('at a bystander parks the order whose event it could not hear, not the stock of the facility', async () => {
    const desk = new Desk()
    desk.faults.hear = /bad/
    const { journal } = await desk.open()
    const all = ['a', 'b', 'c'].map((id) => desk.says(journal, id, id === 'b' ? 'bad' : 'good', { answered: true }))
    await desk.run(Promise.all(all))
    expect(desk.subjectsWith('subject.parked')).toEqual(['b'])
    expect(desk.words('b')).toEqual([])
    expect(desk.subjectsWith('inventory.policy_set')).toEqual(['DC1', 'DC1'])
  })

  test('at a bystander that fails for everybody parks the bystander, and the orders go on', async () => {
    const desk = new Desk()
    desk.faults.hear = /./
    const { journal } = await desk.open()
    const ids = Array.from({ length: 40 }, (_, at) => `o${at}`)
    await desk.run(Promise.all(ids.map((id) => desk.says(journal, id, `word of ${id}`, { answered: true }))))
    expect(desk.subjectsWith('subject.parked').sort()).toEqual(['DC1', 'o0', 'o1'])
    expect(desk.subjectsWith('order.corrected')).toHaveLength(38)
    desk.faults.hear = nothing
    await desk.run(journal.resume(DC1, 'ann'))
    await desk.time.run({ until: () => desk.subjectsWith('inventory.policy_set').length === 38 })
  })

  test('a row that cannot be read parks its subject and nobody else', async () => {
    const desk = new Desk()
    const one = await desk.open()
    for (const id of ['a', 'b']) await desk.run(desk.says(one.journal, id, 'first'))
    one.store.crash()
    desk.faults.load = /order\/b$/
    const two = await desk.open()
    await desk.run(Promise.all(['a', 'b'].map((id) => desk.says(two.journal, id, 'second', { answered: true }))))
    expect(desk.subjectsWith('subject.parked')).toEqual(['b'])
    expect(desk.words('a')).toEqual(['first', 'second'])
    desk.faults.load = nothing
    await desk.run(two.journal.resume(order('b'), 'ann'))
    await desk.nothingParked()
    expect(desk.words('b')).toEqual(['first', 'second'])
  })
})

test('what the database refuses is found by halves, and its neighbours are committed', async () => {
  const desk = new Desk()
  const bad = order('o13')
  const beforeCommit: ModelFaults['beforeCommit'] = ({ entries }) => {
    if (entries.some(({ type, subject }) => type < 100 && subject === bad)) throw new CommitFailed('refused', 'no')
  }
  const { journal } = await desk.open({ faults: { beforeCommit } })
  const before = desk.commits
  const ids = Array.from({ length: 64 }, (_, at) => `o${at}`)
  await desk.run(Promise.all(ids.map((id) => desk.says(journal, id, 'word', { answered: true }))))
  expect(desk.subjectsWith('subject.parked')).toEqual(['o13'])
  expect(desk.subjectsWith('order.corrected')).toHaveLength(63)
  expect(desk.commits - before).toBeLessThan(12)
})

describe('what the supervisor parked from outside', () => {
  test('is said by the journal when the lane is taken, once, and is not tried', async () => {
    const desk = new Desk()
    const lane = laneOfSubject(order('b'))
    const row = [lane, order('b'), 'supervisor', 'ran without end', order('b'), 5, 1, 1, null, false]
    desk.disk.table(parkedTable).set(row)
    const one = await desk.open()
    await desk.run(desk.says(one.journal, 'b', 'again', { answered: true }))
    expect(desk.events.filter((event) => event.type === 'subject.parked').map((event) => event.data)).toEqual([
      { room: 'supervisor', reason: 'ran without end' },
    ])
    one.store.crash()
    const two = await desk.open()
    expect(desk.room.asked).toEqual([])
    await desk.run(two.journal.resume(order('b'), 'ann'))
    await desk.nothingParked()
    expect(desk.subjectsWith('subject.parked')).toEqual(['b'])
    expect(desk.words('b')).toEqual(['again'])
  })
})
