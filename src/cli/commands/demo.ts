import { runHeadless } from '../demo/headless.ts'

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
    for (const [name, value] of Object.entries(figures)) process.stdout.write(`${name.padEnd(18)} ${JSON.stringify(value)}\n`)
    for (const detail of details.slice(0, 20)) process.stdout.write(`  ${detail.kind}: ${detail.says} (${detail.about})\n`)
  }
  const { lost, duplicates, phantom, reordered, illegal, unbalanced } = result
  process.exitCode = lost + duplicates + phantom + reordered + illegal + unbalanced === 0 ? 0 : 1
}
