/** The demo's own business with its systems over HTTP, where `CROSSDOCK_TEST_SYSTEMS` says they are. */
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { defineHub } from '../../src/config/define-hub.ts'
import { http } from '../../src/connectors/http/index.ts'

const urls = JSON.parse(process.env['CROSSDOCK_TEST_SYSTEMS'] ?? '{}') as Record<string, string>
const business = simulatedBusiness({ name: 'acme' })

export default defineHub({
  ...business,
  systems: Object.fromEntries(
    Object.entries(business.systems).map(([name, system]) => {
      const url = urls[name]
      return [name, url ? { ...system, connector: http({ url, timeoutMs: 2_000 }) } : system]
    }),
  ),
  delivery: { retry: { first: '200ms', longest: '2s' } },
})
