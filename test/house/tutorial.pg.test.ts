import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { open } from '../../src/cli/commands/start.ts'
import { loadConfig } from '../../src/cli/load-config.ts'
import type { Server } from '../../src/hub/server.ts'
import { run } from '../cli/run.ts'
import { testDatabase } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { ROOT } from './declarations.ts'

const database = testDatabase()
/** Below the checkout, where `crossdock` leads to its sources, as it does for the reader. */
const folder = join(ROOT, '.crossdock', `first-order-${process.pid}`)
const page = await readFile(`${ROOT}docs/tutorials/first-order.md`, 'utf8')
const opened: { server?: Server; systems?: ChildProcess } = {}

beforeAll(() => mkdir(folder, { recursive: true }))
afterAll(async () => {
  opened.systems?.kill('SIGKILL')
  await opened.server?.close()
  await rm(folder, { recursive: true, force: true })
})

/** What the page tells to save under a name. */
function saved(name: string): string {
  const found = new RegExp(`as \`${name.replace('.', '\\.')}\`.*?\n\`\`\`\\w+\n(.*?)\n\`\`\``, 's').exec(page)?.[1]
  if (found === undefined) throw new Error(`The page saves no ${name}`)
  return found
}

/** The commands of the page in their order, without their line ends. */
const commands = [...page.matchAll(/^```sh\n(.*?)\n```$/gms)].flatMap((match) =>
  (match[1] as string).replaceAll(/\\\n\s*/g, '').split('\n'),
)

test('the tutorial, followed to the letter, ends with an order that is shipped and invoiced', async () => {
  const port = await freePort()
  const save = async (name: string) => writeFile(join(folder, name), saved(name).replaceAll('7501', String(port)))
  for (const name of ['crossdock.config.ts', 'erp.json', 'stock.json', 'order.json', 'systems.mjs']) await save(name)
  const env: Record<string, string> = {}
  const follow = (command: string) =>
    run(
      command
        .replace(/^npx crossdock /, '')
        .replaceAll('first-order/', `${folder}/`)
        .split(' '),
      { env },
    )
  const sent = commands.filter((command) => command.startsWith('npx crossdock send'))
  const trace = commands.findLast((command) => command.startsWith('npx crossdock trace')) as string

  const linted = await follow(commands[0] as string)
  expect([linted.code, linted.out.replace(`${folder}/`, 'first-order/')]).toEqual([
    0,
    'first-order/crossdock.config.ts: nothing to say against it.\n',
  ])

  expect(commands[1]).toContain('npx crossdock start --config first-order/crossdock.config.ts')
  const say = () => undefined
  const definition = await loadConfig(join(folder, 'crossdock.config.ts'))
  const place = { host: '127.0.0.1', port: 0, data: join(folder, 'data'), databaseUrl: database.url }
  const server = await open(definition, place, {
    out: say,
    say,
    env: {},
    read: () => Promise.reject(),
    stream: () => ReadableStream.from<Uint8Array>([]),
    fetch,
    colours: false,
  })
  opened.server = server
  env['CROSSDOCK_URL'] = server.url
  env['CROSSDOCK_KEY'] = await firstKey(server)

  expect(sent).toHaveLength(3)
  for (const command of sent) expect([command, (await follow(command)).code]).toEqual([command, 0])
  const again = await follow(sent[2] as string)
  expect(again.code).toBe(0)

  await expect.poll(async () => (await follow(trace)).out, { timeout: 20_000 }).toMatch(/\nwaits\n.*erp/s)
  expect((await follow(trace)).out).not.toContain('Accepted')

  const systems = spawn(process.execPath, [join(folder, 'systems.mjs')], {
    env: { CROSSDOCK_URL: server.url, CROSSDOCK_KEY: env['CROSSDOCK_KEY'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  opened.systems = systems
  const asked: string[] = []
  systems.stdout.on('data', (bytes) => asked.push(...String(bytes).trim().split('\n')))
  await expect.poll(async () => (await follow(trace)).out, { timeout: 40_000, interval: 250 }).toContain('INV-1')

  const traced = await follow(trace)
  for (const said of ['SO-1', 'DC1 reserved 10 of BOLT-M8', 'Picked', 'ordered 10, shipped 10'])
    expect(traced.out).toContain(said)
  for (const key of ['SO-1', 'wms-S-1', 'INV-1']) {
    await expect
      .poll(async () => (await run(['trace', key], { env })).out.split(':')[0], { timeout: 10_000 })
      .toBe(traced.out.split(':')[0])
  }
  await expect.poll(() => asked, { timeout: 10_000 }).toContain('invoice.send')
  const effects = ['credit.check', 'price.check', 'order.post', 'warehouse.release', 'shipment.post', 'invoice.request']
  for (const verb of effects) expect([verb, asked.filter((one) => one === verb).length]).toEqual([verb, 1])
  systems.kill('SIGTERM')
  await once(systems, 'exit')
}, 120_000)

/** The key that the page's curl makes, by the request it sends. */
async function firstKey(server: Server): Promise<string> {
  const token = await server.keys.newSetupToken(server.hub.tenant)
  const curl = commands.find((command) => command.startsWith('curl')) as string
  const url = /http:\S+/.exec(curl)?.[0].replace('http://127.0.0.1:7420', server.url) as string
  const headers = [...curl.matchAll(/-H '([^:]+): ([^']+)'/g)].map(
    (match) => [match[1], (match[2] as string).replace('xd_setup_…', token)] as [string, string],
  )
  const answer = await fetch(url, { method: 'POST', headers, body: /-d '([^']+)'/.exec(curl)?.[1] ?? '' })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { key: string }).key
}

test('the doors a running hub lists are the doors of the reference page', async () => {
  const server = opened.server as Server
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>
  }
  const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const shown = [...(await readFile(`${ROOT}docs/reference/http.md`, 'utf8')).matchAll(/^### ([A-Z]+ \/\S*)$/gm)].map(
    (match) => match[1],
  )
  expect(listed.length).toBeGreaterThan(20)
  expect(shown.toSorted()).toEqual(listed.toSorted())
})
