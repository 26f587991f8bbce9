import type { WrittenInterchange, WrittenSet } from '../edi/x12/write.ts'
import type { X12Profile } from './settings.ts'

/** Date and time of an envelope, local to the partner: CCYYMMDD and HHMM. */
export interface EnvelopeTime {
  readonly date: string
  readonly time: string
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** The date and time that an instant has in a time zone, as envelopes write them. */
export function envelopeTime(atMs: number, timeZone = 'UTC'): EnvelopeTime {
  if (timeZone === 'UTC') {
    const iso = new Date(atMs).toISOString()
    return { date: iso.slice(0, 10).replaceAll('-', ''), time: iso.slice(11, 16).replace(':', '') }
  }
  const parts = Object.fromEntries(
    clockOf(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  )
  return { date: `${parts['year']}${parts['month']}${parts['day']}`, time: `${parts['hour']}${parts['minute']}` }
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  let clock = clocks.get(timeZone)
  if (!clock) {
    const digits = { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const
    clock = new Intl.DateTimeFormat('en-US', { ...digits, year: 'numeric', timeZone, hourCycle: 'h23' })
    clocks.set(timeZone, clock)
  }
  return clock
}

/** Our numbers for one interchange: ISA13 and GS06 in X12; in EDIFACT the references of UNB and of UNH. */
export interface Numbers {
  readonly isa: number
  readonly gs: number
}

/** ISA12 is the first five characters of GS08: 00401 of 004010. */
const ISA_VERSION = 5

/** The envelope for documents of ours to a partner, around one set. */
export function envelopeFor(
  profile: Omit<X12Profile, 'standard'>,
  functionalId: string,
  set: WrittenSet,
  numbers: Numbers,
  { date, time }: EnvelopeTime,
): WrittenInterchange {
  const [senderQualifier, sender] = identityOf(profile.ours)
  const [receiverQualifier, receiver] = identityOf(profile.theirs)
  const version = profile.version ?? '004010'
  return {
    senderQualifier,
    sender,
    receiverQualifier,
    receiver,
    date,
    time,
    version: version.slice(0, ISA_VERSION),
    controlNumber: numbers.isa,
    usage: profile.usage ?? 'P',
    groups: [
      {
        functionalId,
        sender: profile.ourGroupId ?? sender,
        receiver: profile.theirGroupId ?? receiver,
        date,
        time,
        controlNumber: numbers.gs,
        version,
        sets: [set],
      },
    ],
  }
}

function identityOf(identity: string): [qualifier: string, id: string] {
  const colon = identity.indexOf(':')
  return colon < 0 ? ['ZZ', identity] : [identity.slice(0, colon), identity.slice(colon + 1)]
}

/** An answer with our numbers and the time in it. */
export function numbered(
  answer: WrittenInterchange,
  numbers: Numbers,
  { date, time }: EnvelopeTime,
): WrittenInterchange {
  const groups = answer.groups.map((group) => ({ ...group, date, time, controlNumber: numbers.gs }))
  return { ...answer, date, time, controlNumber: numbers.isa, groups }
}
