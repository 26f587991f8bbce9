/** What sample files of EDIFACT say about a partner, in the terms of those of X12. */
import { documentOfSet } from '../../documents/catalogue.ts'
import { readEdifact } from '../../edi/edifact/read.ts'
import type { EdifactFault, EdifactInterchange, EdifactMessage, EdifactSegments } from '../../edi/edifact/reading.ts'
import { usualEdifactSeparators } from '../../edi/edifact/write.ts'
import type { Sample } from '../../hub/partner-bench/samples.ts'
import { addressIn } from '../../intake/edifact-interchange.ts'
import { type CodeUsage, counted, type Inferred, lineEndOf, MOST_CODES, mostFrequent, present } from './infer.ts'
import { type PartnerRole, roles } from './roles.ts'

/** Components whose codes a partner's guide dictates. */
const WATCHED: readonly (readonly [segment: string, element: number, component: number, about: string])[] = [
  ['BGM', 1, 1, 'kind of document'],
  ['BGM', 3, 1, 'function of the message'],
  ['DTM', 1, 1, 'dates'],
  ['RFF', 1, 1, 'references'],
  ['NAD', 1, 1, 'parties'],
  ['NAD', 2, 3, 'whose ids they are'],
  ['LIN', 3, 2, 'item ids'],
  ['PIA', 2, 2, 'item ids'],
  ['QTY', 1, 1, 'quantities'],
  ['QTY', 1, 3, 'units'],
  ['PRI', 1, 1, 'prices'],
  ['MOA', 1, 1, 'amounts'],
  ['TAX', 2, 1, 'taxes'],
  ['ALC', 1, 1, 'allowances and charges'],
  ['PCI', 1, 1, 'marks on packs'],
]

interface Met {
  readonly interchange: EdifactInterchange
  readonly message: EdifactMessage
  readonly isTheirs: boolean
}

/**
 * Reads samples of EDIFACT and says what they have in common.
 *
 * @param ours our own `id:qualifier`, where it is known; else the role says whose messages are whose
 */
export function inferEdifact(role: PartnerRole, samples: readonly Sample[], ours?: string): Inferred {
  const faults: { sample: string; fault: EdifactFault }[] = []
  const met = samples.flatMap((sample) => messagesOf(role, sample, ours, faults))
  const remarks: string[] = []
  const one = (what: string, values: readonly string[]) => mostFrequent(what, values, remarks)
  const wanted = met.some(({ isTheirs }) => !isTheirs) ? met.filter(({ isTheirs }) => !isTheirs) : met
  const found = {
    theirs: one('address of the partner', met.map(theirAddress)),
    ours: ours ?? one('address of ours', met.map(ourAddress)),
    version: one('directory', wanted.map(directoryOf)),
    charset: one(
      'character set',
      wanted.map(({ interchange }) => interchange.syntax),
    ),
    currency: one('currency', met.flatMap(currenciesOf)),
  }
  const usages = met.map(({ interchange }) => (interchange.test ? 'T' : 'P'))
  const usage = one('usage (test indicator)', usages)
  const sent = (isOurs: boolean) => counted(met.flatMap((each) => (each.isTheirs === isOurs ? [] : each.message.type)))
  return {
    standard: 'edifact',
    ...present(found),
    ...(usage === 'T' || usage === 'P' ? { usage } : {}),
    associations: associationsOf(met.filter(({ isTheirs }) => !isTheirs)),
    separators: separatorsOf(met, samples, remarks),
    fromThem: sent(false),
    fromUs: sent(true),
    codes: codesOf(met),
    remarks,
    faults,
  }
}

function messagesOf(
  role: PartnerRole,
  { name, bytes }: Sample,
  ours: string | undefined,
  faults: { sample: string; fault: EdifactFault }[],
): Met[] {
  const tell = (list: readonly EdifactFault[]) => {
    for (const fault of list) if (fault.severity !== 'warning') faults.push({ sample: name, fault })
  }
  const file = readEdifact(bytes)
  tell(file.faults)
  return file.interchanges.flatMap((interchange) => {
    tell(interchange.faults)
    for (const group of interchange.groups) tell(group.faults)
    return interchange.messages.flatMap((message) => {
      tell(message.faults)
      if (ANSWERS.has(message.type)) return []
      return [{ interchange, message, isTheirs: isTheirs(role, interchange, message, ours) }]
    })
  })
}

/** Answers say nothing about who trades what. */
const ANSWERS: ReadonlySet<string> = new Set(['CONTRL', 'APERAK'])

/** The message that says what a set says, `'ORDERS'` for `'850'`; the set itself where there is none. */
export const messageFor = (set: string): string => documentOfSet(set)?.edifact?.message ?? set

/** Whose message it is: by our own address where that is known, else by what the role sends. */
function isTheirs(
  role: PartnerRole,
  interchange: EdifactInterchange,
  { type }: EdifactMessage,
  ours: string | undefined,
): boolean {
  if (ours !== undefined) return addressIn(interchange.sender, interchange.senderQualifier) !== ours
  return !roles[role].ours.map(messageFor).includes(type)
}

const senderOf = ({ sender, senderQualifier }: EdifactInterchange) => addressIn(sender, senderQualifier)
const receiverOf = ({ receiver, receiverQualifier }: EdifactInterchange) => addressIn(receiver, receiverQualifier)
const theirAddress = ({ interchange, isTheirs: sent }: Met) => (sent ? senderOf(interchange) : receiverOf(interchange))
const ourAddress = ({ interchange, isTheirs: sent }: Met) => (sent ? receiverOf(interchange) : senderOf(interchange))
const directoryOf = ({ message: { version, release } }: Met) => `${version}.${release}`

function currenciesOf({ message }: Met): string[] {
  return componentsAt(message.segments, 'CUX', 1, 2)
}

/** What UNH says of the guide, by message: of those that we are to write. */
function associationsOf(met: readonly Met[]): Record<string, string> {
  return Object.fromEntries(
    met.flatMap(({ message: { type, association } }) => (association === '' ? [] : [[type, association]])),
  )
}

function componentsAt(segments: EdifactSegments, tag: string, element: number, component: number): string[] {
  const values: string[] = []
  for (let at = 0; at < segments.length; at += 1)
    if (segments.tag(at) === tag) values.push(segments.component(at, element, component))
  return values
}

function codesOf(met: readonly Met[]): CodeUsage[] {
  return WATCHED.map(([segment, element, component, about]) => {
    const values = met.flatMap(({ message }) => componentsAt(message.segments, segment, element, component))
    const place = component === 1 ? `${segment} ${element}` : `${segment} ${element}-${component}`
    return { place, about, codes: counted(values).slice(0, MOST_CODES) }
  }).filter(({ codes }) => codes.length > 0)
}

const NAMES = ['element', 'component', 'segment', 'release'] as const

function separatorsOf(met: readonly Met[], samples: readonly Sample[], remarks: string[]): Record<string, string> {
  const written = (byte: number | undefined) => (byte === undefined ? '' : String.fromCharCode(byte))
  const first = met[0]?.interchange.delimiters
  const found: [string, string | undefined][] = NAMES.map((name) => [
    name,
    mostFrequent(
      `${name} character`,
      met.map(({ interchange }) => written(interchange.delimiters[name])),
      remarks,
    ),
  ])
  found.push(['lineEnd', first && lineEndOf(samples[0], first)])
  return Object.fromEntries(
    found.flatMap(([name, value]) =>
      value === undefined || value === usualEdifactSeparators[name as keyof typeof usualEdifactSeparators]
        ? []
        : [[name, value]],
    ),
  )
}
