import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
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
  expect(readmeTable({}).match(/not shown yet/g)).toHaveLength(12)
  const run = { name: 'faults', date: '', commit: '', machine: '', command: 'npm run x', figures: { orders: 5_000 } }
  expect(readmeTable({ faults: run })).toContain('5,000 accepted under – faults that bit, – lost')
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
