import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type * as Api from '../../console/src/api.ts'

const { signal } = new AbortController()
let asked: string[]
let api: typeof Api

/** A hub that answers by path; what it is asked is kept. */
function hub(answers: Readonly<Record<string, () => Response | Promise<Response>>>): void {
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path)
    return answers[path]?.() ?? new Response(null, { status: 404 })
  })
}

const json = (body: object) => new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } })
const problem = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } })

beforeEach(async () => {
  asked = []
  vi.resetModules()
  api = await import('../../console/src/api.ts')
})
afterEach(() => vi.unstubAllGlobals())

describe('how the console asks', () => {
  test('its session is opened once, before the first of many questions', async () => {
    hub({ '/console-session': () => new Response(null, { status: 204 }), '/v1/kpis': () => json({ hours: 24 }) })
    const answers = await Promise.all([1, 2, 3].map(() => api.ask('/v1/kpis', signal)))
    expect(answers).toEqual([{ hours: 24 }, { hours: 24 }, { hours: 24 }])
    expect(asked).toEqual(['/console-session', '/v1/kpis', '/v1/kpis', '/v1/kpis'])
  })

  test('after a restart of the hub the session is opened again, once for all who ask', async () => {
    let sessions = 0
    const open = () => {
      sessions += 1
      return new Response(null, { status: 204 })
    }
    hub({ '/console-session': open, '/v1/kpis': () => (sessions > 1 ? json({}) : problem(401, {})) })
    await Promise.all([1, 2, 3].map(() => api.ask('/v1/kpis', signal)))
    expect(sessions).toBe(2)
  })

  test('a hub without sessions is asked all the same', async () => {
    hub({ '/v1/kpis': () => json({ hours: 24 }) })
    expect(await api.ask('/v1/kpis', signal)).toEqual({ hours: 24 })
  })

  test('a problem says what it is and the way out', async () => {
    const body = { detail: 'The database does not answer.', remedy: 'Wait.', code: 'XD_STORE_DOWN' }
    hub({ '/v1/kpis': () => problem(503, body) })
    await expect(api.ask('/v1/kpis', signal)).rejects.toMatchObject({
      trouble: { status: 503, says: 'The database does not answer.', remedy: 'Wait.', code: 'XD_STORE_DOWN' },
    })
  })

  test('a page of a proxy in place of an answer is no answer', async () => {
    hub({ '/v1/kpis': () => new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } }) })
    await expect(api.ask('/v1/kpis', signal)).rejects.toMatchObject({ trouble: { status: 502 } })
  })

  test('a hub that is not there is told apart, and asked again with a new session', async () => {
    hub({ '/console-session': () => Promise.reject(new TypeError('fetch failed')) })
    await expect(api.ask('/v1/kpis', signal)).rejects.toMatchObject({ trouble: { status: 0 } })
    hub({ '/v1/kpis': () => json({ hours: 24 }) })
    expect(await api.ask('/v1/kpis', signal)).toEqual({ hours: 24 })
  })
})
