/** The text of a partner's profile: what the samples said, and what a person has to decide, as comments beside it. */
import type { Inferred } from './infer.ts'
import { type PartnerRole, roles } from './roles.ts'

/** What a profile is written for. */
export interface ProfileRequest {
  readonly name: string
  readonly title?: string
  readonly role: PartnerRole
  /** Its number in our ERP, as a customer or a supplier; the facility it ships from; its SCAC. */
  readonly customer?: string
  readonly supplier?: string
  readonly facility?: string
  readonly carrier?: string
  readonly samples: readonly string[]
}

const OPEN = 'OPEN'
const PACKAGE = 'crossdock'

const imports = (names: string, from: string): string => `import { ${names} } from '${from}'`

/**
 * A module that exports the partner, ready for the `partners` of a configuration. What no sample says is a line with
 * `OPEN` in it: the go-live gate lists those.
 */
export function profileText(request: ProfileRequest, inferred: Inferred): string {
  const { name, role, samples } = request
  const from = samples.length === 0 ? 'no samples' : samples.join(', ')
  const parts = [
    `// ${request.title ?? name}: ${roles[role].says}.`,
    `// Written from ${from}. Lines with ${OPEN} wait for somebody who knows.`,
    ...inferred.remarks.map((remark) => `// ${remark}`),
    imports('definePartner', PACKAGE),
    imports('folder', `${PACKAGE}/connectors/folder`),
    ...(CLOCKS[role] ? [imports(CLOCKS[role].documents, `${PACKAGE}/documents`)] : []),
    '',
    `export const ${constantOf(name)} = definePartner({`,
    `  name: ${quoted(name)},`,
    ...(request.title === undefined ? [] : [`  title: ${quoted(request.title)},`]),
    ...whoItIs(request, inferred),
    '  // Its files are dropped into and picked up from these folders, below the data folder. If it moves what it has taken',
    '  // into a folder, say which: `taken`. Without it a person decides what became of a file after a crash.',
    `  reach: folder({ outbox: ${quoted(`partners/${name}/to`)} }),`,
    `  pickUp: ${quoted(`partners/${name}/from`)},`,
    '  speaks: {',
    ...spoken(inferred).map((line) => `    ${line}`),
    '  },',
    ...expected(role),
    '})',
    '',
    ...usageComments(inferred),
  ]
  return `${parts.map((line) => (line.startsWith('//') ? escaped(line) : line)).join('\n')}\n`
}

/** What each role is told by, and what is asked for where nobody said it. */
const IDENTITY = {
  retailer: ['customer', 'its number in the ERP'],
  '3pl': ['facility', 'the facility it ships from'],
  supplier: ['supplier', 'its number in the ERP'],
  carrier: ['carrier', 'its SCAC'],
} as const satisfies Readonly<Record<PartnerRole, readonly [keyof ProfileRequest, string]>>

function whoItIs(request: ProfileRequest, { scac }: Inferred): string[] {
  const [member, asks] = IDENTITY[request.role]
  const value = request[member] ?? (member === 'carrier' ? scac : undefined)
  return [`  ${member}: ${quoted(value ?? OPEN)},${value ? '' : ` // ${OPEN}: ${asks}`}`]
}

/** What EDIFACT is written with where nobody says another thing. */
const USUAL_CHARSET = 'UNOC'
const WRITTEN: ReadonlySet<string> = new Set(['UNOA', 'UNOB', 'UNOW', 'UNOY'])

function spokenEdifact({
  theirs,
  ours,
  version,
  charset = USUAL_CHARSET,
  usage,
  associations = {},
  separators,
  currency,
}: Inferred): string[] {
  const guides = Object.entries(associations).map(([message, code]) => `${message}: ${quoted(code)}`)
  const own = Object.entries(separators).map(([key, value]) => `${key}: ${quoted(value)}`)
  const syntax = currency === undefined || currency === 'USD' ? [] : [`syntax: { currency: ${quoted(currency)} },`]
  return [
    `standard: 'edifact',`,
    `ours: ${quoted(ours ?? OPEN)},${ours ? '' : ` // ${OPEN}: our id:qualifier as the partner knows us`}`,
    `theirs: ${quoted(theirs ?? OPEN)},${theirs ? '' : ` // ${OPEN}: its id:qualifier in UNB`}`,
    `version: ${quoted(version ?? 'D.96A')},${version ? '' : ` // ${OPEN}: the directory it wants to be written to in`}`,
    ...(guides.length === 0 ? [] : [`associations: { ${guides.join(', ')} },`]),
    ...(WRITTEN.has(charset) ? [`charset: ${quoted(charset)},`] : []),
    ...(usage === 'T' ? [`usage: 'T', // the samples are test data; remove this line to go live`] : []),
    ...(own.length === 0 ? [] : [`separators: { ${own.join(', ')} },`]),
    ...syntax,
  ]
}

function spoken(inferred: Inferred): string[] {
  if (inferred.standard === 'edifact') return spokenEdifact(inferred)
  const { theirs, ours, theirGroupId, ourGroupId, version, usage, separators, currency, vendorQualifier } = inferred
  const syntax = [
    ...(currency === undefined || currency === 'USD' ? [] : [`currency: ${quoted(currency)}`]),
    ...(vendorQualifier === undefined ? [] : [`vendorQualifier: ${quoted(vendorQualifier)}`]),
  ]
  const own = Object.entries(separators).map(([key, value]) => `${key}: ${quoted(value)}`)
  return [
    `ours: ${quoted(ours ?? OPEN)},${ours ? '' : ` // ${OPEN}: our qualifier:id as the partner knows us`}`,
    `theirs: ${quoted(theirs ?? OPEN)},${theirs ? '' : ` // ${OPEN}: its qualifier:id in ISA`}`,
    ...(ourGroupId === undefined ? [] : [`ourGroupId: ${quoted(ourGroupId)},`]),
    ...(theirGroupId === undefined ? [] : [`theirGroupId: ${quoted(theirGroupId)},`]),
    `version: ${quoted(version ?? '004010')},${version ? '' : ` // ${OPEN}: the version it wants to be written to in`}`,
    ...(usage === 'T' ? [`usage: 'T', // the samples are test data; remove this line to go live`] : []),
    ...(own.length === 0 ? [] : [`separators: { ${own.join(', ')} },`]),
    ...(syntax.length === 0 ? [] : [`syntax: { ${syntax.join(', ')} },`]),
  ]
}

/** What usually has a time: what a retailer expects of us, and what a 3PL and a carrier owe us. */
interface Clocks {
  readonly member: 'expects' | 'owes'
  readonly documents: string
  readonly lines: readonly string[]
}
const CLOCKS: Readonly<Partial<Record<PartnerRole, Clocks>>> = {
  retailer: {
    member: 'expects',
    documents: 'invoice, orderAcknowledgement, shipNotice',
    lines: [
      `orderAcknowledgement.within('${OPEN}'), // often '24h'`,
      `shipNotice.within('${OPEN}', { after: 'shipment.dispatched' }), // often '1h'`,
      `invoice.within('${OPEN}', { after: 'shipment.dispatched' }), // often '2d'`,
    ],
  },
  '3pl': {
    member: 'owes',
    documents: 'warehouseAdvice, warehouseOrder',
    lines: [`warehouseAdvice.within('${OPEN}', { after: warehouseOrder }), // often '2d'`],
  },
  carrier: {
    member: 'owes',
    documents: 'loadTender, tenderResponse',
    lines: [`tenderResponse.within('${OPEN}', { after: loadTender }), // often '2h'`],
  },
}

function expected(role: PartnerRole): string[] {
  const clocks = CLOCKS[role]
  if (!clocks) return []
  const whose = role === 'retailer' ? 'its guide says by when' : 'by when it was agreed'
  return [
    `  // ${OPEN}: ${whose}; a missed one becomes a case before it costs money.`,
    `  ${clocks.member}: [`,
    ...clocks.lines.map((line) => `    ${line}`),
    '  ],',
  ]
}

function usageComments({ fromThem, fromUs, codes }: Inferred): string[] {
  const sets = (list: Inferred['fromThem']) => list.map(({ value, count }) => `${value} (${count})`).join(', ')
  return [
    ...(fromThem.length > 0 ? [`// It sends: ${sets(fromThem)}.`] : []),
    ...(fromUs.length > 0 ? [`// It showed what it wants of us: ${sets(fromUs)}.`] : []),
    ...(codes.length > 0 ? ['// Codes it uses:'] : []),
    ...codes.map(
      ({ place, about, codes: used }) =>
        `//   ${place} ${about}: ${used.map(({ value, count }) => `${value} (${count})`).join(', ')}`,
    ),
  ]
}

/** `big-box` is `bigBox`. */
function constantOf(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  const joined = words.map((word, at) => (at === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('')
  return /^[A-Za-z]/.test(joined) ? joined : `partner${joined}`
}

/** Text of a sample inside a comment or a string: whatever could end either is written as an escape. */
const escaped = (text: string): string =>
  text.replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

const quoted = (text: string): string => `'${escaped(text.replaceAll('\\', '\\\\').replaceAll("'", "\\'"))}'`
