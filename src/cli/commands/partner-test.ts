import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HubDefinition } from '../../config/define-hub.ts'
import { lintShape } from '../../config/lint-shape.ts'
import { type GatePoint, gateOf, mayGoLive, type PointState } from '../../hub/partner-bench/gate.ts'
import type { OurSample } from '../../hub/partner-bench/our-samples.ts'
import { errors } from '../errors.ts'
import { reason } from '../input.ts'
import { CONFIG_FILE, loadConfig } from '../load-config.ts'
import { type ExitCode, paint, type Terminal } from '../terminal.ts'
import { readSamples } from './partner-new.ts'

/** What `crossdock partner test` is told. */
export interface PartnerTestOptions {
  readonly config?: string
  readonly samples?: readonly string[]
  /** A folder for our documents as the partner would get them. */
  readonly writeSamples?: string
  readonly json?: boolean
}

/**
 * `crossdock partner test NAME --samples FILE …`: plays the partner against its profile, without a hub, and lists the
 * points of the go-live gate. 1 while one of them is failed or open.
 */
export async function partnerTest(name: string, options: PartnerTestOptions, terminal: Terminal): Promise<ExitCode> {
  const config = options.config ?? terminal.env['CROSSDOCK_CONFIG'] ?? CONFIG_FILE
  const definition = await loadConfig(config)
  refuseMisshapen(definition, config)
  const partner = (definition.partners ?? []).find((one) => one.name === name)
  if (!partner) throw errors.PARTNER_NOT_THERE(name, config)
  const samples = await readSamples(options.samples ?? [], terminal)
  const ours: OurSample[] = []
  const points = gateOf({ definition, partner, samples, now: Date.now(), keep: (sample) => void ours.push(sample) })
  const live = mayGoLive(points)
  const { writeSamples: folder } = options
  const written = folder === undefined ? undefined : await writeSamples(ours, folder)
  if (options.json)
    terminal.out(JSON.stringify({ partner: name, config, live, points, ...(written ? { written } : {}) }))
  else terminal.out(gateText(name, points, terminal))
  if (written) terminal.say(`${written.length} documents of ours are written to ${folder}.`)
  return live ? 0 : 1
}

/** Writes the documents of ours that were compared into a folder: their paths. Files of an earlier time are written over. */
async function writeSamples(samples: readonly OurSample[], folder: string): Promise<string[]> {
  const used = new Map<string, number>()
  const written: string[] = []
  try {
    await mkdir(folder, { recursive: true })
    for (const { name, bytes } of samples) {
      const times = (used.get(name) ?? 0) + 1
      used.set(name, times)
      const file = join(folder, times === 1 ? name : name.replace(/\.edi$/, `.${times}.edi`))
      await writeFile(file, bytes)
      written.push(file)
    }
  } catch (error) {
    throw Object.assign(errors.FILE_WRITE(folder, reason(error)), { cause: error })
  }
  return written
}

/** The gate says what is wrong with a profile; it needs a whole configuration to begin with. */
function refuseMisshapen(definition: HubDefinition, config: string): void {
  const faults = lintShape(definition).map(({ where, says }) => ({ pointer: where, detail: says }))
  if (faults.length > 0) throw errors.CONFIG_INVALID.with(faults, config, faults.length)
}

const COLOURS: Readonly<Record<PointState, 'green' | 'yellow' | 'red'>> = {
  passed: 'green',
  open: 'yellow',
  failed: 'red',
  not_shown: 'yellow',
}
const wordFor = (state: PointState): string => state.replace('_', ' ')

/** Every point in a line, and the verdict. */
export function gateText(name: string, points: readonly GatePoint[], terminal: Pick<Terminal, 'colours'>): string {
  const widest = Math.max(...points.map(({ point }) => point.length))
  const state = Math.max(...points.map((one) => one.state.length))
  const lines = points.flatMap(({ point, state: is, says, findings = [] }) => [
    `${paint(terminal, COLOURS[is], wordFor(is).padEnd(state))}  ${point.padEnd(widest)}  ${says}`,
    ...findings.slice(1).map((one) => `${' '.repeat(widest + state + 4)}${one.says}`),
  ])
  return [...lines, verdictText(name, points)].join('\n')
}

function verdictText(name: string, points: readonly GatePoint[]): string {
  const count = (state: PointState) => points.filter((one) => one.state === state).length
  const unshown = count('not_shown')
  if (count('passed') === points.length) return `${name} may go live: all ${points.length} points are passed.`
  if (mayGoLive(points)) return `${name} may go live: ${count('passed')} points are passed, ${unshown} not shown.`
  const more = unshown > 0 ? `, ${unshown} not shown` : ''
  return `${name} may not go live yet: ${count('failed')} failed, ${count('open')} open, ${count('passed')} passed${more}.`
}
