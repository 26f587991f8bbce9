import { cpus, totalmem } from 'node:os'
import { type Budget, type Judged, judged } from './budgets.ts'
import type { CpuSplit } from './meter.ts'

/** What a bench is told. */
export interface BenchOptions {
  readonly rounds?: number
  readonly orders?: number
  /** The quick form: fewer orders, never fewer than three rounds. */
  readonly quick: boolean
}

/** A round with more foreign load than this is marked and, where quiet ones exist, not counted. */
const NOISE_CORES = 0.3

/** CPU microseconds per unit of work. */
export interface CpuMicros {
  readonly app: number
  readonly database: number
  readonly load: number
}

/** One round: its figure, and what it cost. */
export interface Round {
  readonly value: number
  readonly seconds: number
  readonly cpuMicros: CpuMicros
  readonly foreignCores: number
  readonly noisy: boolean
}

/** Where it ran. */
export interface Machine {
  readonly cpus: number
  readonly model: string
  readonly memoryGiB: number
  readonly platform: string
  readonly node: string
  readonly postgres: string
}

/** What every bench prints; a bench adds members of its own. */
export interface BenchResult {
  readonly name: string
  readonly date: string
  readonly machine: Machine
  /** What `value` of a round and `median` are. */
  readonly figure: string
  readonly median: number
  /** `quiet`: at least one round had at most 0.3 foreign cores, and only such rounds count. */
  readonly medianOver: 'quiet rounds' | 'noisy rounds'
  /** Median CPU of the counted rounds, per {@link unit}. */
  readonly cpuMicros: CpuMicros
  readonly unit: string
  readonly rounds: readonly Round[]
  readonly budgets: readonly Judged[]
  readonly [member: string]: unknown
}

/** Whether a floor was missed; what could not be measured (`absent`) is not met, and not missed either. */
export function isMissed({ budgets }: BenchResult): boolean {
  return budgets.some(({ met }) => met === 'missed')
}

/** A round from what the meter saw. */
export function roundOf(value: number, units: number, cpu: CpuSplit): Round {
  const micros = (seconds: number) => rounded((seconds / units) * 1e6, 1)
  const foreignCores = rounded(cpu.foreign / cpu.seconds, 2)
  return {
    value: rounded(value, 2),
    seconds: rounded(cpu.seconds, 2),
    cpuMicros: { app: micros(cpu.app), database: micros(cpu.database), load: micros(cpu.load) },
    foreignCores,
    noisy: foreignCores > NOISE_CORES,
  }
}

/** The rounds that count: quiet ones where there are any. */
export function counted<R extends { readonly noisy: boolean }>(rounds: readonly R[]): readonly R[] {
  const quiet = rounds.filter((round) => !round.noisy)
  return quiet.length > 0 ? quiet : rounds
}

/** The result of a bench from its rounds. */
export function resultOf(told: {
  readonly name: string
  readonly figure: string
  readonly unit: string
  readonly rounds: readonly Round[]
  readonly postgres: string
  readonly budgets: readonly (Budget & { readonly reached: number | null })[]
  readonly more: Readonly<Record<string, unknown>>
}): BenchResult {
  const { rounds } = told
  const some = counted(rounds)
  const middle = (of: (round: Round) => number) => rounded(median(some.map(of)), 2)
  return {
    name: told.name,
    date: new Date().toISOString(),
    machine: machine(told.postgres),
    figure: told.figure,
    median: middle((round) => round.value),
    medianOver: rounds.some((round) => !round.noisy) ? 'quiet rounds' : 'noisy rounds',
    unit: told.unit,
    cpuMicros: {
      app: middle((round) => round.cpuMicros.app),
      database: middle((round) => round.cpuMicros.database),
      load: middle((round) => round.cpuMicros.load),
    },
    rounds,
    budgets: told.budgets.map(judged),
    ...told.more,
  }
}

function machine(postgres: string): Machine {
  const cores = cpus()
  return {
    cpus: cores.length,
    model: cores[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
    node: process.versions.node,
    postgres,
  }
}

/** The middle one; of an even number, the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? Number.NaN
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] ?? Number.NaN)) / 2 : upper
}

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
