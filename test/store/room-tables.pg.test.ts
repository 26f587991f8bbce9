import { expect, test } from 'vitest'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { folder } from '../../src/connectors/folder/index.ts'
import { roomsOf } from '../../src/hub/rooms.ts'
import type { TableSpec } from '../../src/store/contract.ts'
import { testDatabase } from '../support/database.ts'

const database = testDatabase()

/** A business with everything that opens a room. */
const business = simulatedBusiness({ edi: true })
const carrier = {
  name: 'fast',
  carrier: 'FAST',
  reach: folder({ outbox: 'partners/fast/to' }),
  speaks: { ours: 'ZZ:ACMESUPPLY', theirs: '02:FAST' },
}

test('every room’s table is in the database, with its key and its columns as the room declares them', async () => {
  const { rooms } = roomsOf({ ...business, partners: [...(business.partners ?? []), carrier] })
  const tables = rooms.flatMap(({ table }) => (table ? [table] : []))
  expect(tables.map(({ name }) => name)).toContain('load_state')
  for (const table of new Map(tables.map((one) => [one.name, one])).values()) {
    expect(await columnsOf(table.name), table.name).toEqual(expect.arrayContaining(declared(table)))
    expect(await keyOf(table.name), table.name).toEqual(table.key.map(({ name }) => name))
  }
})

const declared = ({ key, columns }: TableSpec): string[] =>
  [...key, ...columns].map(({ name, type }) => `${name} ${type}`)

async function columnsOf(table: string): Promise<string[]> {
  const rows = await database.query<{ column: string }>(
    `select column_name || ' ' || udt_name as column from information_schema.columns where table_name = $1`,
    [table],
  )
  return rows.map(({ column }) => column)
}

async function keyOf(table: string): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `select attname as name
       from pg_index, unnest(indkey) with ordinality as part (attnum, place)
       join pg_attribute using (attnum)
      where indrelid = $1::regclass and attrelid = indrelid and indisprimary
      order by place`,
    [table],
  )
  return rows.map(({ name }) => name)
}
