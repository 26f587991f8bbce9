/** What a system posts to its doorway, through the real door into the real rooms. */
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/base/random.ts'
import { type DoorwayPorts, doorways } from '../../src/gateway/doorways.ts'
import { openGateway } from '../../src/gateway/server.ts'
import { memoryKeyStore } from '../../src/governance/key-store.ts'
import { openKeys } from '../../src/governance/keys.ts'
import { arriving } from '../../src/hub/arriving.ts'
import { openHub } from '../support/hub.ts'
import { acme, smallBusiness } from '../support/retailer.ts'

test.each([
  ['a report of an unknown type', '{"id":"e1","type":"customer.sang","occurredAt":"2026-01-05T08:00:00Z"}', 422],
  ['half of a JSON', '{"id":"e1","type":"pick.sta', 400],
  ['an interchange that ends early', 'ISA*00*   ', 422],
])(
  '%s is answered with a problem, and its bytes are kept under the receipt it names',
  async (_what, payload, status) => {
    const hub = await openHub(acme, { edi: true, landscape: smallBusiness() })
    const ports = { clock: hub.time, random: seededRandom(7) }
    const keys = openKeys(memoryKeyStore(), ports)
    const { text } = await keys.make(hub.hub.tenant, { name: 'wms1', system: 'wms1', scopes: ['in:write'] })
    const gateway = openGateway<DoorwayPorts>({
      routes: doorways,
      ports: { arrive: arriving(hub.hub.intake) },
      ...ports,
      admit: keys.admit,
    })
    const headers = { authorization: `Bearer ${text}`, 'content-type': 'application/json' }
    const answer = await hub.until(gateway.inject({ method: 'POST', url: '/in/wms1', headers, payload }))
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json(;|$)/)
    const { receipt, ...problem } = answer.json() as Record<string, unknown>
    expect(problem).toMatchObject({
      type: `urn:crossdock:error:${problem['code']}`,
      status,
      detail: expect.any(String),
      remedy: expect.any(String),
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    expect(Buffer.from(hub.disk.receipts.get(String(receipt))?.bytes ?? []).toString()).toBe(payload)
    await gateway.drain()
    await hub.close()
  },
)
