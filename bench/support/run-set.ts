import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type BenchName, benches } from '../catalogue.ts'
import type { BenchResult } from './result.ts'
import { say } from './say.ts'

/** A bench that came to no result. */
export interface FailedBench {
  readonly name: string
  readonly failed: string
}

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

/** Runs the quick set, or all, each bench in a process of its own: none inherits the heap of the one before. */
export async function runSet(options: {
  readonly full: boolean
  readonly record: boolean
}): Promise<(BenchResult | FailedBench)[]> {
  const args = [...(options.full ? [] : ['--quick']), ...(options.record ? ['--record'] : [])]
  const results: (BenchResult | FailedBench)[] = []
  const names = Object.keys(benches) as BenchName[]
  for (const name of names.filter((one) => options.full || benches[one].inQuickSet)) {
    say(`${name}: ${benches[name].says} …`)
    const began = performance.now()
    results.push(await inChild(name, args))
    say(`${name} took ${Math.round((performance.now() - began) / 1_000)} s`)
  }
  return results
}

function inChild(name: string, args: readonly string[]): Promise<BenchResult | FailedBench> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, name, '--json', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    child.on('close', (code) => {
      // With a budget missed it ends with 1, too, and has a result.
      resolve(text === '' ? { name, failed: `it ended with code ${code}` } : (JSON.parse(text) as BenchResult))
    })
  })
}
