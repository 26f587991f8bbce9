import type { AddressInfo } from 'node:net'
import { createElement, type FunctionComponent } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import type { TSchema } from 'typebox'
import { Check, Errors } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  Cases,
  DocumentTraces,
  OrderPage,
  PartnerArrivals,
  PartnerDetail,
  PartnerDocuments,
  Partners,
  Timeline,
} from '../../console/src/api.ts'
import { fakeApi } from '../../console/testing/fake-api.ts'
import { routes as caseRoutes } from '../../src/cases/routes.ts'
import { trialRoutes } from '../../src/cases/trial-routes.ts'
import { routes as deliveryRoutes } from '../../src/delivery/routes.ts'
import { benchRoutes } from '../../src/hub/partner-bench/routes.ts'
import { arrivalRoutes } from '../../src/intake/arrival-routes.ts'
import { partnerRoutes } from '../../src/intake/partner-routes.ts'
import { relayRoutes } from '../../src/intake/relay-routes.ts'
import { documentRoutes } from '../../src/visibility/document-routes.ts'
import { routes as visibilityRoutes } from '../../src/visibility/routes.ts'

const server = fakeApi({ now: Date.now, orders: 2_000 })
let url: string

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

const read = async (path: string): Promise<unknown> => (await fetch(url + path)).json()

/** A component of the console by its file; the checkout's type check knows no JSX, so it is found by name. */
async function component(file: string, name: string): Promise<FunctionComponent<Record<string, unknown>>> {
  const module = (await import(new URL(`../../console/src/${file}`, import.meta.url).href)) as Record<string, unknown>
  return module[name] as FunctionComponent<Record<string, unknown>>
}

describe('the hub that is none answers as the hub does', () => {
  const routes: readonly { method: string; path: string; responses: object }[] = [
    ...visibilityRoutes,
    ...caseRoutes,
    ...trialRoutes,
    ...deliveryRoutes,
    ...partnerRoutes,
    ...benchRoutes,
    ...arrivalRoutes,
    ...relayRoutes,
    ...documentRoutes,
  ]
  test.each([
    ['/v1/orders', '/v1/orders?limit=50'],
    ['/v1/search', '/v1/search?q=TRUCK-9'],
    ['/v1/timeline/{key}', '/v1/timeline/PO-410070'],
    ['/v1/kpis', '/v1/kpis'],
    ['/v1/stuck', '/v1/stuck'],
    ['/v1/cases', '/v1/cases?limit=100'],
    ['/v1/systems', '/v1/systems'],
    ['/v1/cases/{id}', '/v1/cases/c1'],
    ['/v1/partners', '/v1/partners'],
    ['/v1/partners/{name}', '/v1/partners/grandview'],
    ['/v1/partners/{name}/bench', '/v1/partners/grandview/bench'],
    ['/v1/partners/{name}/arrivals', '/v1/partners/grandview/arrivals?limit=10'],
    ['/v1/partners/{name}/documents', '/v1/partners/grandview/documents?limit=20'],
    ['/v1/documents/trace', '/v1/documents/trace?q=LOAD-88123'],
    ['/v1/cases/{id}/members', '/v1/cases/c1/members?limit=50'],
    ['/v1/cases/{id}/trials', '/v1/cases/c1/trials'],
    ['/v1/cases/{id}/trials/{trial}/members', '/v1/cases/c1/trials/t-1/members'],
  ])('%s', async (path, asked) => {
    const route = routes.find((one) => one.method === 'GET' && one.path === path)
    const schema = (route?.responses as Record<number, TSchema> | undefined)?.[200]
    expect(schema, `the hub has a door ${path}`).toBeDefined()
    const body = await read(asked)
    expect(Errors(schema as TSchema, body)).toEqual([])
    expect(Check(schema as TSchema, body)).toBe(true)
  })
})

describe('what the screens show', () => {
  test('a name that tries to be HTML is read, not run', async () => {
    const OrderList = await component('screens/visibility/order-list.tsx', 'OrderList')
    const { orders } = (await read('/v1/orders?limit=2000')) as OrderPage
    const hostile = orders.filter(({ customerOrder }) => customerOrder.startsWith('<img'))
    const listing = { rows: hostile.map((order) => ({ order })), next: null }
    const html = renderToStaticMarkup(createElement(OrderList, { asked: {}, listing, failed: false }))
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;')
    expect(html).not.toContain('<img')
  })

  test('no element carries a style of its own, which the page’s policy would refuse', async () => {
    const LineLedger = await component('screens/visibility/line-ledger.tsx', 'LineLedger')
    const { order } = (await read('/v1/timeline/PO-410070')) as Timeline
    const html = renderToStaticMarkup(createElement(LineLedger, { lines: order?.lines }))
    expect(html).toContain('GLV-NITRILE-L')
    expect(html).not.toMatch(/\sstyle=/)
  })

  test('a case is listed with owner, age and what is at risk, and released only after a second word', async () => {
    const { cases } = (await read('/v1/cases')) as Cases
    const CaseList = await component('screens/cases/cases-screen.tsx', 'CaseList')
    const list = renderToStaticMarkup(createElement(CaseList, { cases }))
    expect(list).toContain('href="/cases/c1"')
    expect(list).toContain('order desk')
    expect(list).toContain('41 of 41')
    expect(list).toContain('88,120.40 USD')

    const { trials } = (await read('/v1/cases/c1/trials')) as { trials: unknown[] }
    const TrialResult = await component('screens/cases/case-screen.tsx', 'TrialResult')
    const trial = renderToStaticMarkup(
      createElement(TrialResult, { path: '/v1/cases/c1', trial: trials[0], release: () => {} }),
    )
    expect(trial).toContain('41 of 41 tried; 40 succeeds, 1 fails')
    expect(trial).toContain('item UP → 4711')
    expect(trial).toContain('Release 40 members …')
    expect(trial).not.toContain('Yes, release')

    const MemberList = await component('screens/cases/case-screen.tsx', 'MemberList')
    const members = renderToStaticMarkup(
      createElement(MemberList, { id: 'c1', members: await read('/v1/cases/c1/members') }),
    )
    expect(members).toContain('href="/orders/o-1"')
    expect(members).toContain('&lt;b&gt;061414100096&lt;/b&gt;')
  })

  test('the form of a correction begins with what the case says is wrong', async () => {
    const file = new URL('../../console/src/screens/cases/try-form.tsx', import.meta.url).href
    const form = (await import(file)) as Record<'knownIn' | 'correctionsOf', (...of: unknown[]) => unknown>
    expect(form.knownIn({ cause: 'unknown unit', field: 'BD' }, 'unit means')).toEqual(['BD'])
    expect(form.knownIn({ cause: 'unknown code', field: 'BEG/1 ZZ' }, 'read a value as')).toEqual(['BEG/1', 'ZZ'])
    expect(form.correctionsOf('unit means', ['BD', 'EA'])).toEqual([
      { kind: 'crosswalk', type: 'unit', value: 'BD', means: 'EA' },
    ])
    expect(form.correctionsOf('read a value as', ['BEG/1', 'ZZ', '00'])).toEqual([
      { kind: 'mapping', where: 'BEG/1', from: 'ZZ', to: '00' },
    ])
    expect(form.correctionsOf('as things are now', [])).toEqual([])
  })

  test('a partner is listed with what is overdue, and its gate says what stands in the way', async () => {
    const { items } = (await read('/v1/partners')) as Partners
    const PartnerList = await component('screens/partners/partners-screen.tsx', 'PartnerList')
    const list = renderToStaticMarkup(createElement(PartnerList, { partners: items }))
    expect(list).toContain('href="/partners/grandview"')
    expect(list).toMatch(/Grandview Stores.*customer GRANDVIEW.*overdue/)
    expect(list).toMatch(/Redline Freight.*carrier RDLN.*in order/)
    const shown = async (name: string, file: string, props: object) =>
      renderToStaticMarkup(createElement(await component(`screens/partners/${file}`, name), { ...props }))
    const partner = (await read('/v1/partners/grandview')) as PartnerDetail
    const mailbox = await shown('Mailbox', 'partner-screen.tsx', { partner })
    expect(mailbox).toMatch(/856 SHP-5001.*overdue/)
    expect(mailbox).toContain('&lt;img src=x')
    const scorecard = await shown('Scorecard', 'partner-screen.tsx', partner)
    expect(scorecard).toContain('ship-notice, ours')
    expect(scorecard).toContain('300.00 USD')
    const gate = await shown('Gate', 'partner-screen.tsx', { result: await read('/v1/partners/grandview/bench') })
    expect(gate).toContain('may not go live yet')
    expect(gate).toContain('What is shipped of line 1 comes to 130 EA; order GV-10001 has 120 EA.')
    expect(gate).toContain('What is billed of line 1 comes to 130 EA')
    const { items: sent } = (await read('/v1/partners/grandview/arrivals?limit=10')) as PartnerArrivals
    const arrivals = await shown('Arrivals', 'partner-screen.tsx', { arrivals: sent })
    expect(arrivals).toMatch(
      /0009.*as2.*here before, no effect.*0007.*sftp.*refused.*href="\/cases\/c1">Set 850 0001 was rejected: &lt;img/,
    )
    for (const html of [list, mailbox, scorecard, gate, arrivals]) expect(html).not.toMatch(/\sstyle=|<img/)
  })

  test('a document that was handed on is listed, and its whole life told', async () => {
    const shown = async (name: string, props: object) =>
      renderToStaticMarkup(
        createElement(
          await component('screens/partners/partner-documents.tsx', name),
          props as Record<string, unknown>,
        ),
      )
    const { items: documents } = (await read('/v1/partners/grandview/documents?limit=20')) as PartnerDocuments
    const list = await shown('DocumentList', { documents, choose: () => undefined })
    expect(list).toMatch(/204 &lt;img.*, ours.*load\/LOAD-88123.*acked/)
    const { documents: traces } = (await read('/v1/documents/trace?q=LOAD-88123')) as DocumentTraces
    const life = await shown('TracedDocument', { trace: traces[0] })
    expect(life).toMatch(/from erp, by http.*receipt r0-.*interchange 000000204, group 204, set 0001/)
    expect(life).toMatch(
      /The EDI document to grandview: done.*acknowledged by grandview, accepted, in interchange 000000105/,
    )
    for (const html of [list, life]) expect(html).not.toMatch(/\sstyle=|<img/)
  })

  test('sample files go as they are, byte for byte', async () => {
    const file = new URL('../../console/src/screens/partners/bench-form.tsx', import.meta.url).href
    const { base64 } = (await import(file)) as { base64: (bytes: Uint8Array) => string }
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at)
    expect([...Buffer.from(base64(bytes), 'base64')]).toEqual([...bytes])
  })

  test('an empty list says what it looked for', async () => {
    const OrderList = await component('screens/visibility/order-list.tsx', 'OrderList')
    const shown = (asked: object) =>
      renderToStaticMarkup(createElement(OrderList, { asked, listing: { rows: [], next: null }, failed: false }))
    expect(shown({ state: 'held' })).toContain('No order is held now.')
    expect(shown({ q: 'PO-1' })).toContain('Nothing here is called “PO-1”.')
    expect(shown({ view: 'stuck' })).toContain('No order is stuck.')
    expect(shown({})).toContain('No orders yet.')
  })

  test('a figure that could not be read claims nothing', async () => {
    const FigureStrip = await component('screens/visibility/figure-strip.tsx', 'FigureStrip')
    const html = renderToStaticMarkup(createElement(FigureStrip, {}))
    expect(html).not.toContain('nothing needs a person')
    expect(html).not.toContain('nothing measured')
  })

  test('a system that is down says why, since when, and what will wake it', async () => {
    const SystemsList = await component('screens/delivery/systems-list.tsx', 'SystemsList')
    const since = new Date(Date.now() - 372_000).toISOString()
    const wakesAt = new Date(Date.now() + 18_000).toISOString()
    const wms2 = { system: 'wms2', state: 'down', since, reason: 'connection refused', wakesAt, queued: 0, waiting: 38 }
    const html = renderToStaticMarkup(createElement(SystemsList, { systems: [wms2], isUnknown: false }))
    expect(html).toContain('1 of 1 not up')
    expect(html).toMatch(/Connection refused since <time[^>]*>[\d:]+<\/time> \(6 min 12 s\)/)
    expect(html).toContain('38 requests wait.')
    expect(html).toMatch(/tried again in 1[78] s/)
  })
})
