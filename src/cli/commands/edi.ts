import type { X12Fault } from '../../edi/x12/reading.ts'
import { checkReport, checkText, faultText, readReport, readText } from '../../edi/x12/report.ts'
import { readInput } from '../input.ts'
import type { ExitCode, Terminal } from '../terminal.ts'

/** What `crossdock edi read` and `check` are told. */
export interface EdiOptions {
  readonly json?: boolean
}

/** `crossdock edi read FILE`: the file as it is, segment by segment. 1 when something of it could not be read. */
export async function ediRead(file: string, options: EdiOptions, terminal: Terminal): Promise<ExitCode> {
  const report = readReport(await readInput(file, terminal), file)
  terminal.out(options.json ? JSON.stringify(report) : readText(report))
  const faults = faultsOf(report)
  if (!options.json) for (const fault of faults) if (fault.severity !== 'warning') terminal.say(faultText(fault))
  return exitFor(faults)
}

/** `crossdock edi check FILE`: what would become of the file, and what its sender would be answered. 1 when it has faults. */
export async function ediCheck(file: string, options: EdiOptions, terminal: Terminal): Promise<ExitCode> {
  const report = checkReport(await readInput(file, terminal), file)
  terminal.out(options.json ? JSON.stringify(report) : checkText(report))
  return exitFor(faultsOf(report))
}

interface Faulty {
  readonly faults: readonly X12Fault[]
}
interface FaultyFile extends Faulty {
  readonly interchanges: readonly (Faulty & {
    readonly groups: readonly (Faulty & { readonly sets: readonly Faulty[] })[]
  })[]
}

/** All faults of a file, from the outside in. */
function faultsOf({ faults, interchanges }: FaultyFile): X12Fault[] {
  const inside = interchanges.flatMap((one) => [one, ...one.groups.flatMap((group) => [group, ...group.sets])])
  return [...faults, ...inside.flatMap((part) => part.faults)]
}

/** Notes about the packing are tolerated; whatever else is wrong is a fault. */
const exitFor = (faults: readonly X12Fault[]): ExitCode =>
  faults.some((fault) => fault.severity !== 'warning') ? 1 : 0
