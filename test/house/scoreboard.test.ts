import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formOf } from '../support/record.ts'
import { ROOT } from './declarations.ts'
import { BEGIN, type Board, boardPage, END, promises, readmeTable, withTable } from './scoreboard.ts'

const board = JSON.parse(readFileSync(`${ROOT}docs/scoreboard.json`, 'utf8')) as Board

test('the README’s table is what the scoreboard says', () => {
  const readme = readFileSync(`${ROOT}README.md`, 'utf8')
  expect(withTable(readme, board)).toBe(readme)
})

test('docs/scoreboard.md is what npm run scoreboard writes', () => {
  expect(readFileSync(`${ROOT}docs/scoreboard.md`, 'utf8')).toBe(boardPage(board))
})

test('twelve promises, each with what is not promised beside it', () => {
  expect(promises.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, at) => `P${at + 1}`))
  expect(promises.filter(({ notPromised, shownBy }) => notPromised === '' || shownBy.length === 0)).toEqual([])
})

test('every run on the board says when, where, of what, and how to see it again', () => {
  for (const [name, run] of Object.entries(board)) {
    expect([
      name,
      Number.isNaN(Date.parse(run.date)),
      run.commit === '',
      run.machine === '',
      run.command === '',
    ]).toEqual([run.name, false, false, false, false])
  }
})

test('a promise without a run is not shown yet; a figure that is missing is a dash, never a nought', () => {
  expect(readmeTable({}).match(/not shown yet/g)).toHaveLength(13)
  const run = { name: 'faults', date: '', commit: '', machine: '', command: 'npm run x', figures: { orders: 5_000 } }
  expect(readmeTable({ faults: run })).toContain('5,000 accepted under – faults that bit, – lost')
})

test('without a run the command that would show it is named, and what a run cannot show is not shown by it', () => {
  expect(readmeTable({}).match(/would show it/g)).toHaveLength(13)
  expect(readmeTable({})).toContain('`npm run -s overload -- --seed 7 --json` would show it')
  const run = { name: 'outage', date: '', commit: '', machine: '', command: 'npm run x', figures: {} }
  const outage = readmeTable({ outage: run })
  expect(outage).toContain(
    'in real time: not shown yet | `npm run x`; `npm run -s bench -- outage --json` would show it',
  )
  const bench = { ...run, name: 'outage-bench', command: 'npm run y', seconds: 600, figures: { queued: 5 } }
  expect(readmeTable({ outage: run, 'outage-bench': bench })).toContain(
    '| `npm run x`; `npm run y` (takes about 10 min) |',
  )
})

test('a short run stands under a name and a command of its own, and every long form is known', () => {
  const outage = { path: 'a.test.ts', form: 'CROSSDOCK_OUTAGE' }
  expect(formOf('outage', outage, '100000')).toEqual({ name: 'outage', command: 'npm run test:long -- a.test.ts' })
  expect(formOf('outage', outage, undefined)).toEqual({ name: 'outage-short', command: 'npm test -- a.test.ts' })
  expect(formOf('outage', outage, '50')).toEqual({
    name: 'outage-50',
    command: 'CROSSDOCK_OUTAGE=50 npm test -- a.test.ts',
  })
  expect(() => formOf('outage', { ...outage, form: 'CROSSDOCK_OTHER' }, undefined)).toThrow('long-forms.json')
})

test('a long record is shown before a short one', () => {
  const short = { name: 'replay-short', date: '', commit: '', machine: '', command: 'npm test -- x', figures: { a: 1 } }
  expect(readmeTable({ 'replay-short': short })).toContain('| short form: a 1 | `npm test -- x` |')
  const long = { ...short, name: 'replay', command: 'npm run test:long -- x', figures: { a: 2 } }
  expect(readmeTable({ 'replay-short': short, replay: long })).toContain('| a 2 | `npm run test:long -- x` |')
})

test('npm passes the arguments of every command on the board on', () => {
  const sources = promises.flatMap(({ shownBy, besides }) => [...shownBy, ...(besides?.shownBy ?? [])])
  for (const { command } of [...Object.values(board), ...sources])
    expect(command).toMatch(/^(CROSSDOCK_\w+=\S+ )?npm (test|run (-s )?[\w:]+)( -- .+)?$/)
})

test('a sentence about a fault needs a run in which that fault bit; a short form says so', () => {
  const figures = { orders: 300, duplicates: 0, faultsByForm: { 'F7 orders repeated': 1 }, faultsByKind: { F7: 1 } }
  const run = { name: 'faults-short', date: '', commit: '', machine: '', command: 'npm run x', figures }
  const table = readmeTable({ 'faults-short': run })
  expect(table).toContain('short form: repeats ×2–×50')
  expect(table).not.toContain('timeouts after the effect')
  expect(table).not.toContain('pressed twice at two hubs')
})

test('a README without its markers is not written over', () => {
  expect(() => withTable('nothing here', board)).toThrow('markers')
  expect(withTable(`a ${BEGIN} old ${END} b`, {})).toContain('| **P1**')
})
