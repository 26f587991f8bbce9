import { documentOfMessage, documentOfSet } from '../../documents/catalogue.ts'
import { faultsBesidesOfMessage, faultsBesidesOfSet } from '../../documents/faults-besides.ts'
import { messagesReadAsDocuments } from '../../documents/faults-in-messages.ts'
import { setsReadAsDocuments } from '../../documents/faults-in-sets.ts'
import * as edifact from '../../edi/edifact/report.ts'
import { checkEdifactStream } from '../../edi/edifact/streamed-check.ts'
import { languageOf } from '../../edi/language.ts'
import { type StreamedReport, streamedText } from '../../edi/streamed-report.ts'
import type { TradacomsFault } from '../../edi/tradacoms/faults.ts'
import * as tradacoms from '../../edi/tradacoms/report.ts'
import * as x12 from '../../edi/x12/report.ts'
import { checkX12Stream } from '../../edi/x12/streamed-check.ts'
import { unreadMessage } from '../../intake/edifact-messages.ts'
import { caseErrors } from '../../intake/errors.ts'
import { unreadSet } from '../../intake/x12-sets.ts'
import { readInput } from '../input.ts'
import { type Input, openInput } from '../large-input.ts'
import type { ExitCode, Terminal } from '../terminal.ts'

/** What `crossdock edi read` and `check` are told. */
export interface EdiOptions {
  readonly json?: boolean
}

/** `crossdock edi read FILE`: the file as it is, segment by segment. 1 when something of it could not be read. */
export async function ediRead(file: string, options: EdiOptions, terminal: Terminal): Promise<ExitCode> {
  const bytes = await readInput(file, terminal)
  const told = { x12: readX12, edifact: readEdifact, tradacoms: readTradacoms }[languageOf(bytes) ?? 'x12'](bytes, file)
  terminal.out(options.json ? JSON.stringify(told.report) : told.text())
  if (!options.json) for (const line of told.serious) terminal.say(line)
  return told.serious.length > 0 ? 1 : 0
}

/**
 * `crossdock edi check FILE...`: what would become of each file, and what its sender would be answered. 1 when one has faults.
 * One file is one JSON object, several are an array of them.
 */
export async function ediCheck(files: readonly string[], options: EdiOptions, terminal: Terminal): Promise<ExitCode> {
  const reports: object[] = []
  let faulty = 0
  for (const [at, file] of files.entries()) {
    const told = await checkFile(file, terminal)
    if (told.isFaulty) faulty += 1
    if (options.json) reports.push(told.report)
    else terminal.out(at === 0 ? told.text() : `\n${told.text()}`)
  }
  if (options.json) terminal.out(JSON.stringify(files.length === 1 ? reports[0] : reports))
  if (files.length > 1) terminal.say(`${files.length} files, ${faulty} of them with faults.`)
  return faulty > 0 ? 1 : 0
}

async function checkFile(file: string, terminal: Terminal): Promise<Checked> {
  const input = await openInput(file, terminal)
  return 'whole' in input ? checkWhole(input.whole, file) : await checkPassing(input, file)
}

/** What is printed about a check. */
interface Checked {
  readonly report: object
  readonly text: () => string
  readonly isFaulty: boolean
}

function checkWhole(bytes: Uint8Array, file: string): Checked {
  const language = languageOf(bytes) ?? 'x12'
  const told = { x12: checkX12, edifact: checkEdifact, tradacoms: checkTradacoms }[language](bytes, file)
  return { ...told, isFaulty: told.serious.length > 0 }
}

/** Of a file that passes by there are counts, and the first of what is wrong. TRADACOMS has no stream: it is held. */
async function checkPassing({ beginning, source }: Extract<Input, { beginning: unknown }>, file: string) {
  const language = languageOf(beginning) ?? 'x12'
  if (language === 'tradacoms') return checkWhole(await held(source), file)
  return language === 'x12'
    ? streamed(await checkX12Stream(source, file, unreadSet), x12.faultText)
    : streamed(await checkEdifactStream(source, file, unreadMessage), edifact.faultText)
}

async function held(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of source) pieces.push(piece)
  return Buffer.concat(pieces)
}

const streamed = <F>(report: StreamedReport<F>, faultText: (fault: F) => string): Checked => ({
  report,
  text: () => streamedText(report, faultText),
  isFaulty: report.verdict !== 'accepted',
})

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
  const report = x12.checkReport(bytes, file, {
    understand: (interchange) => setsReadAsDocuments(interchange, unreadSet),
    besides: faultsBesidesOfSet,
    documentOf: (set) => documentOfSet(set)?.name,
  })
  return { report, text: () => x12.checkText(report), serious: seriousOf(faultsOf(report), x12.faultText) }
}

function readEdifact(bytes: Uint8Array, file: string): Told {
  const report = edifact.readReport(bytes, file)
  return { report, text: () => edifact.readText(report), serious: seriousOf(faultsOf(report), edifact.faultText) }
}

function checkEdifact(bytes: Uint8Array, file: string): Told {
  const report = edifact.checkReport(bytes, file, {
    understand: (interchange) => messagesReadAsDocuments(interchange, unreadMessage),
    besides: faultsBesidesOfMessage,
    documentOf: (type) => documentOfMessage(type)?.name,
  })
  return { report, text: () => edifact.checkText(report), serious: seriousOf(faultsOf(report), edifact.faultText) }
}

const readTradacoms = (bytes: Uint8Array, file: string): Told => toldOfTradacoms(tradacoms.tradacomsReport(bytes, file))

/** TRADACOMS is only read: there are no documents for it, and nobody is answered in it. */
function checkTradacoms(bytes: Uint8Array, file: string): Told {
  const unread = (type: string): TradacomsFault => {
    const { code, message } = caseErrors.SET_UNREAD(type)
    return { code, message, severity: 'fatal', level: 'message' }
  }
  return toldOfTradacoms(tradacoms.tradacomsReport(bytes, file, unread))
}

function toldOfTradacoms(report: tradacoms.TradacomsReport): Told {
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
