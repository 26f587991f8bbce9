import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { simulatedBusiness } from '../cli/landscape/acme.ts'
import { Metrics } from '../gateway/metrics.ts'
import { openAdmission } from './admission.ts'

test('how urgent something is goes by who sends it, whatever door it comes through: an order by AS2 is an order', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'crossdock-admission-'))
  const { doorwayClass, close } = await openAdmission({
    definition: simulatedBusiness({ edi: true }),
    dataFolder,
    query: async () => [],
    metrics: new Metrics(),
    trouble: (what) => expect.unreachable(what),
  })
  const classOf = (system: string, topic?: string) => doorwayClass(system, topic)
  // Warehouses, ours and a 3PL's, and carriers tell what has happened to goods; customers and shops want something.
  expect(['wms1', 'harbor', 'carrier'].map((name) => classOf(name))).toEqual([0, 0, 0])
  expect(['bigbox', 'homegoods', 'shop', 'erp'].map((name) => classOf(name))).toEqual([1, 1, 1, 1])
  expect(['wms1', 'erp'].map((name) => classOf(name, 'master'))).toEqual([3, 3])
  expect(classOf('nobody')).toBeUndefined()
  close()
  await rm(dataFolder, { recursive: true })
})
