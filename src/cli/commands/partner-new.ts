import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { languageOf } from '../../edi/language.ts'
import type { Sample } from '../../hub/partner-bench/samples.ts'
import { errors } from '../errors.ts'
import { readInput, reason } from '../input.ts'
import { type Inferred, infer } from '../partner-bench/infer.ts'
import { inferEdifact, messageFor } from '../partner-bench/infer-edifact.ts'
import { profileText } from '../partner-bench/profile-text.ts'
import { type PartnerRole, roles } from '../partner-bench/roles.ts'
import type { ExitCode, Terminal } from '../terminal.ts'

/** What `crossdock partner new` is told. */
export interface PartnerNewOptions {
  readonly role: PartnerRole
  readonly title?: string
  readonly customer?: string
  readonly facility?: string
  readonly carrier?: string
  readonly supplier?: string
  readonly ours?: string
  readonly samples?: readonly string[]
  readonly out?: string
  readonly force?: boolean
  readonly json?: boolean
}

/** Short names become folders and constants. */
const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/

/**
 * `crossdock partner new NAME --role retailer --samples FILE …`: writes a profile, with what the samples say about the
 * partner filled in and what nobody said marked. An existing file is left alone unless `--force`.
 */
export async function partnerNew(name: string, options: PartnerNewOptions, terminal: Terminal): Promise<ExitCode> {
  if (!NAME.test(name)) throw errors.PARTNER_NAME(name)
  const samples = await readSamples(options.samples ?? [], terminal)
  const isEdifact = samples.length > 0 && samples.every(({ bytes }) => languageOf(bytes) === 'edifact')
  const inferred = (isEdifact ? inferEdifact : infer)(options.role, samples, options.ours)
  const file = options.out ?? `partners/${name}.ts`
  const request = { ...options, name, samples: samples.map((sample) => sample.name) }
  const text = profileText(request, inferred)
  await writeNew(file, text, options.force === true)
  if (options.json) terminal.out(JSON.stringify({ partner: name, file, ...inferred, open: openLines(text) }))
  else terminal.out(report(name, file, inferred, openLines(text), options.role))
  return inferred.faults.length > 0 ? 1 : 0
}

/** The samples that were named, by the last part of their names. Throws `XD_CLI_FILE`. */
export async function readSamples(files: readonly string[], terminal: Pick<Terminal, 'read'>): Promise<Sample[]> {
  return await Promise.all(
    files.map(async (file) => ({ name: basename(file), bytes: await readInput(file, terminal) })),
  )
}

async function writeNew(file: string, text: string, force: boolean): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text, { flag: force ? 'w' : 'wx' })
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') throw errors.PARTNER_EXISTS(file)
    throw Object.assign(errors.FILE_WRITE(file, reason(error)), { cause: error })
  }
}

const openLines = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.includes('OPEN:'))
    .map((line) => line.slice(line.indexOf('OPEN:') + 'OPEN:'.length).trim())

function report(name: string, file: string, inferred: Inferred, open: readonly string[], role: PartnerRole): string {
  const { must } = roles[role]
  const needed = inferred.standard === 'edifact' ? must.map(messageFor) : must
  const missing = needed.filter((set) => !inferred.fromThem.some(({ value }) => value === set))
  return [
    `${file} is written.`,
    ...found(inferred),
    ...inferred.remarks.map((remark) => `  ? ${remark}`),
    ...inferred.faults.map(({ sample, fault }) => `  ! ${sample}: ${fault.message}`),
    ...missing.map((set) => `  ? No ${set} is among the samples.`),
    ...open.map((line) => `  ? open: ${line}`),
    'Then:',
    `  add it to the partners of crossdock.config.ts`,
    `  crossdock partner test ${name} --samples FILE …`,
  ].join('\n')
}

function found({ theirs, ours, version, separators, fromThem, vendorQualifier }: Inferred): string[] {
  if (theirs === undefined) return ['  No sample was given: the profile is a template.']
  const special = Object.keys(separators)
  return [
    `  it is ${theirs}, we are ${ours ?? '?'}, version ${version ?? '?'}`,
    `  it sends ${fromThem.length === 0 ? 'nothing here' : fromThem.map(({ value, count }) => `${value} (${count})`).join(', ')}`,
    ...(special.length > 0 ? [`  its own ${special.join(', ')} (see separators)`] : []),
    ...(vendorQualifier === undefined ? [] : [`  our item number stands under ${vendorQualifier}`]),
  ]
}
