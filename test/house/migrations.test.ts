import { expect, test } from 'vitest'
import { ALWAYS_THERE, notAdditive } from '../../src/hub/way-back.ts'
import { readMigrations } from '../../src/store/postgres/migrate.ts'

test('every file of sql/ since the first release only adds, and can be applied again: an update has a way back', async () => {
  const migrations = await readMigrations()
  expect(migrations.length).toBeGreaterThan(ALWAYS_THERE)
  for (const { number, file, text } of migrations) {
    if (number > ALWAYS_THERE) expect({ file, doesMore: notAdditive(text) }).toEqual({ file, doesMore: [] })
  }
})

test.each([
  'create table parcel (id int4)',
  'drop table if exists parcel',
  'alter table waiting drop column if exists reason',
  'alter table waiting add column kind text',
  'alter table waiting add column if not exists kind text not null',
  'update waiting set attempts = 0',
  'alter table waiting set logged',
  'alter table waiting set (fillfactor = 50)',
  'insert into lane (lane) values (1)',
  'create index waiting_kind on waiting (kind)',
])('%s would be found', (statement) => {
  expect(notAdditive(`-- a remark; with a semicolon\n${statement};`)).toHaveLength(1)
})

test.each([
  'create table if not exists parcel (id int4)',
  'alter table waiting add column if not exists kind text',
  'alter table waiting add column if not exists kind int4 default 0',
  'alter table waiting add column if not exists kind int4 not null default 0',
  'create index if not exists waiting_kind on waiting (kind)',
  'alter table key set (autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 1)',
  'insert into lane (lane) values (1) on conflict do nothing',
])('%s only adds', (statement) => {
  expect(notAdditive(`${statement};`)).toEqual([])
})
