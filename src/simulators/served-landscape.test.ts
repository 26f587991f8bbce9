import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { serveLandscape } from './served-landscape.ts'

test('a landscape in a process of its own introduces itself, and a warehouse in it ships what it is asked to', async () => {
  const heard: { readonly path: string; readonly types: string[] }[] = []
  const hub = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    request.on('end', () => {
      const body: unknown = JSON.parse(text)
      const reports = (Array.isArray(body) ? body : [body]) as { type: string }[]
      heard.push({ path: request.url ?? '', types: reports.map((report) => report.type) })
      response.writeHead(202, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve))
  const folder = mkdtempSync(join(tmpdir(), 'town-'))
  const town = await serveLandscape({
    seed: 7,
    items: 20,
    customers: 2,
    hub: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`,
    tokens: { erp: 'a', wms1: 'b' },
    ledgers: folder,
    floor: { pace: { startMs: 0, pickMs: 0, packMs: 0, manifestMs: 0, dispatchMs: 0 } },
  })
  try {
    expect([...town.systems.keys()]).toEqual(['erp', 'wms1'])
    await town.introduce()
    const lines = [{ line: '1', item: 'ITEM-0001', quantity: { value: '2', uom: 'EA' } }]
    const response = await fetch(`${town.urls['wms1']}/requests/warehouse.release`, {
      method: 'POST',
      headers: { 'idempotency-key': 'k' },
      body: JSON.stringify({ order: 'o1', release: 'R1', facility: 'DC1', lines }),
    })
    expect(await response.json()).toEqual({ status: 'accepted' })
    const dispatched = () => heard.some((call) => call.types.includes('shipment.dispatched'))
    await expect.poll(dispatched, { timeout: 5_000 }).toBe(true)
    expect(heard[0]).toMatchObject({ path: '/in/erp/master' })
    expect(heard.some((call) => call.types.includes('inventory.counted'))).toBe(true)
    expect(readFileSync(join(folder, 'wms1.ndjson'), 'utf8')).toContain('"what":"warehouse.release"')
  } finally {
    await town.close()
    await new Promise((resolve) => hub.close(resolve))
    rmSync(folder, { recursive: true })
  }
})
