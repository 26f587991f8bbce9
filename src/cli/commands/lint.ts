import type { Finding } from '../../config/finding.ts'
import { lint } from '../../config/lint.ts'
import { lintExpressions } from '../../config/lint-maps.ts'
import { lintShape } from '../../config/lint-shape.ts'
import { CONFIG_FILE, loadConfig } from '../load-config.ts'
import { isSetIn } from '../secrets.ts'
import { type ExitCode, paint, type Terminal } from '../terminal.ts'

/** What `crossdock lint` is told. */
export interface LintOptions {
  readonly json?: boolean
}

/** `crossdock lint [config]`: what is wrong with a configuration, in words. 1 when the hub would not open with it. */
export async function lintCommand(
  file: string | undefined,
  options: LintOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const config = file ?? terminal.env['CROSSDOCK_CONFIG'] ?? CONFIG_FILE
  const definition = await loadConfig(config)
  const said = lint(definition, { now: Date.now(), isSet: isSetIn(terminal.env) })
  const isWhole = lintShape(definition).length === 0
  const findings = isWhole ? [...(await lintExpressions(definition)), ...said] : said
  const errors = findings.filter((finding) => finding.severity === 'error').length
  if (options.json)
    terminal.out(
      JSON.stringify({ config, name: definition.name, errors, warnings: findings.length - errors, findings }),
    )
  else
    terminal.out(
      [...findings.map((finding) => findingText(finding, terminal)), verdict(config, findings, errors)].join('\n'),
    )
  return errors > 0 ? 1 : 0
}

/** `error    systems.erp: erp is sent requests and has no connector.` */
export function findingText({ severity, where, says }: Finding, terminal: Pick<Terminal, 'colours'>): string {
  return `${paint(terminal, severity === 'error' ? 'red' : 'yellow', severity.padEnd(8))} ${where}: ${says}`
}

function verdict(config: string, findings: readonly Finding[], errors: number): string {
  if (findings.length === 0) return `${config}: nothing to say against it.`
  const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`
  return `${config}: ${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}.`
}
