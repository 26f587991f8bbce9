import * as edifact from '../../edi/edifact/report.ts'
import { languageOf } from '../../edi/language.ts'
import type { TradacomsFault } from '../../edi/tradacoms/faults.ts'
import * as tradacoms from '../../edi/tradacoms/report.ts'
import * as x12 from '../../edi/x12/report.ts'
import { readInput } from '../input.ts'
import type { ExitCode, Terminal } from '../terminal.ts'

/** What `crossdock edi read` and `check` are told. */
export interface EdiOptions {
  readonly json?: boolean
}

/** `crossdock edi read FILE`: the file as it is, segment by segment. 1 when something of it could not be read. */
export async function ediRead(file: string, options: EdiOptions, terminal: Terminal): Promise<ExitCode> {
  const bytes = await readInput(file, terminal)
  const told = { x12: readX12, edifact: readEdifact, tradacoms: lookAtTradacoms }[languageOf(bytes) ?? 'x12'](
    bytes,
    file,
  )
  terminal.out(options.json ? JSON.stringify(told.report) : told.text())
  if (!options.json) for (const line of told.serious) terminal.say(line)
  return told.serious.length > 0 ? 1 : 0
}

/** `crossdock edi check FILE`: what would become of the file, and what its sender would be answered. 1 when it has faults. */
export async function ediCheck(file: string, options: EdiOptions, terminal: Terminal): Promise<ExitCode> {
  const bytes = await readInput(file, terminal)
  const told = { x12: checkX12, edifact: checkEdifact, tradacoms: lookAtTradacoms }[languageOf(bytes) ?? 'x12'](
    bytes,
    file,
  )
  terminal.out(options.json ? JSON.stringify(told.report) : told.text())
  return told.serious.length > 0 ? 1 : 0
}

/** What is said about a file, whatever its language. */
interface Told {
  readonly report: object
  readonly text: () => string
  /** The faults that are more than notes about the packing, in words. */
  readonly serious: readonly string[]
}

function readX12(bytes: Uint8Array, file: string): Told {
  const report = x12.readReport(bytes, file)
  return { report, text: () => x12.readText(report), serious: seriousOf(faultsOf(report), x12.faultText) }
}

function checkX12(bytes: Uint8Array, file: string): Told {
  const report = x12.checkReport(bytes, file)
  return { report, text: () => x12.checkText(report), serious: seriousOf(faultsOf(report), x12.faultText) }
}

function readEdifact(bytes: Uint8Array, file: string): Told {
  const report = edifact.readReport(bytes, file)
  return { report, text: () => edifact.readText(report), serious: seriousOf(faultsOf(report), edifact.faultText) }
}

function checkEdifact(bytes: Uint8Array, file: string): Told {
  const report = edifact.checkReport(bytes, file)
  return { report, text: () => edifact.checkText(report), serious: seriousOf(faultsOf(report), edifact.faultText) }
}

/** TRADACOMS is only read: nobody is answered in it, so read and check say the same. */
function lookAtTradacoms(bytes: Uint8Array, file: string): Told {
  const report = tradacoms.tradacomsReport(bytes, file)
  return {
    report,
    text: () => tradacoms.tradacomsText(report),
    serious: seriousOf(faultsOf<TradacomsFault>(report), tradacoms.faultText),
  }
}

/** A unit of a file and the smaller units in it: interchange, group, set or message. */
interface Faulty<F> {
  readonly faults: readonly F[]
  readonly interchanges?: readonly Faulty<F>[]
  readonly groups?: readonly Faulty<F>[]
  readonly sets?: readonly Faulty<F>[]
  readonly messages?: readonly Faulty<F>[]
}

/** All faults of a unit, from the outside in. */
function faultsOf<F>({ faults, interchanges = [], groups = [], sets = [], messages = [] }: Faulty<F>): F[] {
  return [...faults, ...[...interchanges, ...groups, ...sets, ...messages].flatMap((part) => faultsOf<F>(part))]
}

/** Notes about the packing are tolerated; whatever else is wrong is a fault. */
const seriousOf = <F extends { readonly severity: string }>(
  faults: readonly F[],
  text: (fault: F) => string,
): string[] => faults.filter((fault) => fault.severity !== 'warning').map(text)
