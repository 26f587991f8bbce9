import type { HubDefinition } from '../../config/define-hub.ts'
import { lintShape } from '../../config/lint-shape.ts'
import { type GatePoint, gateOf, type PointState } from '../../hub/partner-bench/gate.ts'
import { errors } from '../errors.ts'
import { CONFIG_FILE, loadConfig } from '../load-config.ts'
import { type ExitCode, paint, type Terminal } from '../terminal.ts'
import { readSamples } from './partner-new.ts'

/** What `crossdock partner test` is told. */
export interface PartnerTestOptions {
  readonly config?: string
  readonly samples?: readonly string[]
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
  const points = gateOf({ definition, partner, samples, now: Date.now() })
  const left = points.filter(({ state }) => state !== 'passed').length
  if (options.json) terminal.out(JSON.stringify({ partner: name, config, live: left === 0, points }))
  else terminal.out(gateText(name, points, terminal))
  return left === 0 ? 0 : 1
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
}

/** Every point in a line, and the verdict. */
export function gateText(name: string, points: readonly GatePoint[], terminal: Pick<Terminal, 'colours'>): string {
  const widest = Math.max(...points.map(({ point }) => point.length))
  const lines = points.flatMap(({ point, state, says, findings = [] }) => [
    `${paint(terminal, COLOURS[state], state.padEnd(6))}  ${point.padEnd(widest)}  ${says}`,
    ...findings.slice(1).map((one) => `${' '.repeat(widest + 10)}${one.says}`),
  ])
  const count = (state: PointState) => points.filter((one) => one.state === state).length
  const verdict =
    count('passed') === points.length
      ? `${name} may go live: all ${points.length} points are passed.`
      : `${name} may not go live yet: ${count('failed')} failed, ${count('open')} open, ${count('passed')} passed.`
  return [...lines, verdict].join('\n')
}
