import { beforeEach, expect, test } from 'vitest'
import type { Input } from '../journal/contract.ts'
import type { AdmitContext } from '../journal/work.ts'
import { errors } from './errors.ts'
import { type DoorEars, type Tell, telling } from './telling.ts'

const MINUTE = 60_000
let now: number
let said: string[]
let tell: Tell

beforeEach(() => {
  now = 1
  said = []
  const submit: DoorEars['hub']['core']['journal']['submit'] = ({ admit }) => {
    const { inputs } = admit([], { now } as AdmitContext) as { inputs: readonly Input[] }
    for (const { data } of inputs as readonly { data: { reason: string } }[]) said.push(data.reason.split(' ')[0] ?? '')
  }
  tell = telling({ hub: { tenant: 't1', core: { journal: { submit } } }, now: () => now, trouble: () => {} })
})
const push = (name: string) =>
  tell('bigbox', 'SFTP upload', errors.PUSH_REFUSED(name, 'The connection broke off.'), name)

test('a second, different file is told at once; the same one again only ten minutes later', () => {
  for (const name of ['a.edi', 'b.edi', 'a.edi', 'b.edi']) push(name)
  expect(said).toEqual(['a.edi', 'b.edi'])
  now += 10 * MINUTE
  push('a.edi')
  expect(said).toEqual(['a.edi', 'b.edi', 'a.edi'])
})

test('where nothing tells one from another, what is of one kind is told once', () => {
  for (const name of ['a.edi', 'b.edi']) tell('bigbox', 'AS2 message', errors.PUSH_REFUSED(name, 'No.'))
  expect(said).toEqual(['a.edi'])
})

test('a thousand are kept in mind, the latest: one before them is told again sooner', () => {
  for (let file = 0; file < 1_001; file += 1) push(`${file}.edi`)
  for (const name of ['1.edi', '1000.edi', '0.edi']) push(name)
  expect(said.slice(1_001)).toEqual(['0.edi'])
})
