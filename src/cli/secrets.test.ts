import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isSetIn, secretsIn } from './secrets.ts'

test('a secret comes from the environment, or from the file the environment names, without its line end', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-secret-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'erp'), 'from a file\n')
  const env = { WMS_TOKEN: 'from the environment', ERP_TOKEN_FILE: join(folder, 'erp') }
  expect(['WMS_TOKEN', 'ERP_TOKEN'].map(secretsIn(env))).toEqual(['from the environment', 'from a file'])
  expect(['WMS_TOKEN', 'ERP_TOKEN', 'SHOP_TOKEN'].map(isSetIn(env))).toEqual([true, true, false])
})

test('a secret that is not set, or whose file is gone, is named; an empty one is none', () => {
  expect(() => secretsIn({ ERP_TOKEN: '' })('ERP_TOKEN')).toThrow('The secret ERP_TOKEN is not set.')
  expect(() => secretsIn({ ERP_TOKEN_FILE: 'no/such/file' })('ERP_TOKEN')).toThrow(
    'no/such/file cannot be read: there is no such file.',
  )
})
