import { CrossdockError } from '../base/errors.ts'
import { documentTypes } from '../documents/catalogue.ts'
import { writeEdifact } from '../edi/edifact/write.ts'
import type { EdifactProfile } from '../intake/settings.ts'
import { type Finding, odd, wrong } from './finding.ts'

/** What the process writes to customers, as messages. */
const WRITTEN = documentTypes.filter(({ name }) => ['order-acknowledgement', 'ship-notice', 'invoice'].includes(name))

/** What a partner that speaks EDIFACT could not read, or what would never come to anything. */
export function lintEdifact(speaks: EdifactProfile, facility: string | undefined, where: string): Finding[] {
  const { version, associations = {}, awaitsContrl = true, receiptSuffices = false } = speaks
  return [
    ...(facility === undefined
      ? []
      : [wrong(where, `A warehouse is told in X12: no order of ours to ${facility} is a message.`)]),
    ...(version === undefined ? [] : written(version, `${where}.version`)),
    ...Object.entries(associations).flatMap(([message, code]) => associated(message, code, `${where}.associations`)),
    ...penned(speaks, where),
    ...(receiptSuffices && !awaitsContrl
      ? [odd(`${where}.receiptSuffices`, 'Nothing of ours waits for a CONTRL: awaitsContrl is false.')]
      : []),
  ]
}

function written(version: string, where: string): Finding[] {
  const others = WRITTEN.flatMap(({ edifact }) =>
    edifact && !edifact.versions.includes(version) ? [`${edifact.message} (${edifact.versions.join(', ')})`] : [],
  )
  return others.length === 0 ? [] : [wrong(where, `“${version}” is no directory we write: ${others.join('; ')}.`)]
}

function associated(message: string, code: string, where: string): Finding[] {
  const isMessage = documentTypes.some(({ edifact }) => edifact?.message === message)
  if (!isMessage) return [wrong(`${where}.${message}`, `${message} is no message we write.`)]
  return /^[A-Z0-9]{1,6}$/.test(code)
    ? []
    : [wrong(`${where}.${message}`, `“${code}” is no association code. Write EAN008.`)]
}

/** Writes an empty interchange: what cannot be written with these characters says why. */
function penned(speaks: EdifactProfile, where: string): Finding[] {
  const { charset = 'UNOC', syntaxVersion = 3, separators = {}, unwritable = 'refuse', una = true } = speaks
  const nobody = { id: 'X' }
  const empty = { syntax: charset, syntaxVersion, sender: nobody, receiver: nobody, reference: '1' }
  try {
    writeEdifact({ ...empty, date: '20260102', time: '1015' }, { separators, unwritable, una })
    return []
  } catch (error) {
    if (error instanceof CrossdockError) return [wrong(where, error.message)]
    throw error
  }
}
