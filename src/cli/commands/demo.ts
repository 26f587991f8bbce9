import { resolve } from 'node:path'
import { type HeadlessResult, runHeadless } from '../demo/headless.ts'

/** What `crossdock demo` is told. */
export interface DemoOptions {
  readonly headless?: boolean
  readonly orders: number
  readonly seed: number
  readonly withOms?: boolean
  readonly port: number
  readonly data: string
  readonly rate: number
  readonly json?: boolean
}

/** `crossdock demo`: the whole landscape on this machine, with a page to look at, or headless with a verdict. */
export async function demo(options: DemoOptions): Promise<void> {
  if (options.headless) return headless(options)
  return serving(options)
}

async function serving(options: DemoOptions): Promise<void> {
  const began = performance.now()
  const { serveDemo, endLandscape } = await import('../demo/serving.ts')
  const data = resolve(options.data)
  const say = (sentence: string) => process.stderr.write(`${sentence}\n`)
  const server = await serveDemo({ port: options.port, data, seed: options.seed, rate: options.rate, say })
  say(
    `Ready after ${((performance.now() - began) / 1000).toFixed(1)} s. Hub process ${process.pid}. Ctrl-C ends hub, systems and database.`,
  )
  process.stdout.write(`${server.url}\n`)
  const end = () => {
    process.off('SIGINT', end)
    process.off('SIGTERM', end)
    say('Closing: finishing what is under way …')
    endLandscape(data)
      .then(() => server.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          say(error instanceof Error ? (error.stack ?? error.message) : String(error))
          process.exit(1)
        },
      )
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}

async function headless(options: DemoOptions): Promise<void> {
  const result = await runHeadless({
    orders: options.orders,
    seed: options.seed,
    withOms: options.withOms ?? false,
    progress: (sentence) => process.stderr.write(`${sentence}\n`),
  })
  const { details, ...figures } = result
  if (options.json) process.stdout.write(`${JSON.stringify({ ...figures, details: details.slice(0, 20) })}\n`)
  else {
    for (const [name, value] of Object.entries(figures))
      process.stdout.write(`${name.padEnd(18)} ${JSON.stringify(value)}\n`)
    for (const detail of details.slice(0, 20))
      process.stdout.write(`  ${detail.kind}: ${detail.says} (${detail.about})\n`)
  }
  process.exitCode = isGood(result, options.orders) ? 0 : 1
}

/** Nothing wrong by the checker, every order taken, and every order at its end. */
export function isGood(result: HeadlessResult, orders: number): boolean {
  const { lost, duplicates, phantom, reordered, illegal, unbalanced } = result
  const wrong = lost + duplicates + phantom + reordered + illegal + unbalanced
  return wrong === 0 && result.orders === orders && Object.keys(result.unfinished).length === 0
}
