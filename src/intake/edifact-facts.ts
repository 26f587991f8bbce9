import { type ReadContrl, readContrl } from '../edi/edifact/answers.ts'
import { type Aperak, readAperak } from '../edi/edifact/aperak.ts'
import { contrlFor } from '../edi/edifact/contrl.ts'
import type { EdifactJudgement } from '../edi/edifact/judge.ts'
import type { EdifactInterchange } from '../edi/edifact/reading.ts'
import type { WrittenEdifact } from '../edi/edifact/write.ts'
import type { EventData } from '../lifecycle/events.ts'
import type { UnderstoodDocument } from './interchange.ts'
import {
  type AnswersFacts,
  type AperakFacts,
  type ContrlFacts,
  type InterchangeFacts,
  NO_ANSWERS,
  numberOf,
  toldOf,
} from './interchange-facts.ts'
import type { EdifactProfile } from './settings.ts'

/** What the mailbox is told of a judged interchange of EDIFACT. `documents`: what its messages mean, in the order of the file. */
export function edifactFacts(
  judgement: EdifactJudgement,
  documents: readonly UnderstoodDocument[],
  profile: EdifactProfile,
): InterchangeFacts {
  const { interchange, verdict, error = '' } = judgement
  const contrl = placeholderAnswer(judgement, profile)
  return {
    standard: 'edifact',
    control: interchange.reference,
    usage: interchange.test ? 'T' : 'P',
    verdict,
    note: error,
    groups: groupsOf(judgement, documents),
    faults: countFaults(interchange),
    answers: verdict === 'R' ? NO_ANSWERS : answersOf(interchange),
    ...(contrl ? { contrl } : {}),
  }
}

/** The groups of an interchange; messages that stand in none are one without a name. */
function groupsOf(
  { messages }: EdifactJudgement,
  documents: readonly UnderstoodDocument[],
): EventData['interchange.received']['groups'] {
  const all = messages.map(({ message, verdict }, at) => {
    const key = numberOf(documents[at] ?? {})
    const set = { id: message.type, control: message.reference, verdict, ...(key === undefined ? {} : { key }) }
    return { functionalId: message.group?.type ?? '', control: message.group?.reference ?? '', set }
  })
  const groups = Map.groupBy(all, ({ functionalId, control }) => `${functionalId} ${control}`)
  return [...groups.values()].map((members) => ({
    functionalId: members[0]?.functionalId ?? '',
    control: members[0]?.control ?? '',
    sets: members.map(({ set }) => set),
  }))
}

/** The CONTRL but for our references and the time: the mailbox puts them in when it sends it. */
function placeholderAnswer(judgement: EdifactJudgement, { contrl }: EdifactProfile): WrittenEdifact | undefined {
  const { interchange } = judgement
  const asked = contrl === 'always' && interchange.messages.length > 0
  const judged = asked ? { ...judgement, interchange: { ...interchange, ackRequested: true } } : judgement
  return contrlFor(judged, { date: '19700101', time: '0000', reference: '1', messageReference: '1' })
}

function answersOf({ messages }: EdifactInterchange): AnswersFacts {
  const contrls = messages.flatMap((message) => readContrl(message) ?? [])
  const aperaks = messages.flatMap((message) => readAperak(message) ?? [])
  if (contrls.length + aperaks.length === 0) return NO_ANSWERS
  return { ...NO_ANSWERS, contrls: contrls.map(contrlFacts), aperaks: aperaks.map(aperakFacts) }
}

/** A group of ours holds one message, so what is said of a group is said of what is in it. */
function contrlFacts({ reference, action, error, groups, messages }: ReadContrl): ContrlFacts {
  const fallen = groups.find((group) => group.action === REJECTED)
  return {
    reference,
    action: fallen ? REJECTED : action,
    error: fallen?.error || error,
    messages: messages.map((message) => ({
      id: message.type,
      control: message.reference,
      action: message.action,
      codes: [message.error, ...message.notes.flatMap(codesOf)].filter((code) => code !== ''),
    })),
  }
}

const REJECTED = '4'

const codesOf = ({ error, elements }: ReadContrl['messages'][number]['notes'][number]): string[] => [
  error,
  ...elements.map((element) => element.error),
]

/** BGM of an APERAK that says no: its name is “application error”, or its function “not accepted”. */
const ERROR_MESSAGE = '313'
const NOT_ACCEPTED = '27'
/** Functions by which a partner takes what it has something to say against. */
const TAKEN = new Set(['28', '29', '30', '34', '44', '45'])

function aperakFacts(aperak: Aperak): AperakFacts {
  const { name, number, function: says, references, errors } = aperak
  const isNo = name === ERROR_MESSAGE || says === NOT_ACCEPTED || (errors.length > 0 && !TAKEN.has(says))
  const about = [...references, ...errors.flatMap((error) => error.references)].map(([, reference]) => reference)
  return {
    number,
    about: [...new Set(about)].filter((reference) => reference !== ''),
    verdict: isNo ? 'R' : errors.length > 0 ? 'E' : 'A',
    errors: errors.map(({ code, text }) => ({ code, ...(text === undefined ? {} : { text }) })),
  }
}

function countFaults({ faults, groups, messages }: EdifactInterchange): number {
  const inside = [...groups, ...messages].map((one) => toldOf(one.faults))
  return inside.reduce((sum, count) => sum + count, toldOf(faults))
}
