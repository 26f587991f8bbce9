import type { CrossdockError } from '../base/errors.ts'
import type { Pieces } from '../base/pieces.ts'
import { unpack } from '../edi/archive/unpack.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import type { Arrival, FaultyPart, Interpretation, Part } from './arrival.ts'
import { errors } from './errors.ts'
import type { IntakeWorld } from './settings.ts'
import { unreadablePart } from './unreadable-part.ts'

/**
 * What the files of an archive mean, each as if it had come by itself; the archive's own bytes are what is kept. Nothing is
 * opened unless its sender may send archives, and nothing of one that could hurt is read.
 */
export function* archiveParts(
  arrival: Arrival,
  world: IntakeWorld,
  interpreting: (arrival: Arrival, world: IntakeWorld) => Pieces<Interpretation>,
): Pieces<readonly (Part | FaultyPart)[]> {
  const name = arrival.fileName ?? 'what came'
  if (!world.sender.archives) return [kept(errors.ARCHIVE_UNEXPECTED(name, arrival.system), arrival)]
  const opened = unpack(name, arrival.bytes)
  if (opened.fault !== undefined) return [kept(errors.ARCHIVE_UNSAFE(name, opened.fault), arrival)]
  if (opened.files.length === 0) return [kept(errors.ARCHIVE_UNSAFE(name, 'there is no file in it'), arrival)]
  const parts: (Part | FaultyPart)[] = []
  for (const [at, file] of opened.files.entries()) {
    const { parts: own } = yield* interpreting(arrivalOf(file, at, arrival), world)
    for (const part of own) parts.push(part)
    yield
  }
  return parts
}

/** Nothing its archive was called says what a file in it is. */
function arrivalOf(
  file: { readonly name: string; readonly bytes: Uint8Array },
  at: number,
  { contentType: _packed, idempotencyKey, ...arrival }: Arrival,
): Arrival {
  const own = idempotencyKey === undefined ? {} : { idempotencyKey: `${idempotencyKey}!${at}` }
  return { ...arrival, bytes: file.bytes, fileName: file.name, ...own }
}

function kept(error: CrossdockError, arrival: Arrival): Part | FaultyPart {
  const subject = subjectOf(arrival.tenant, 'mailbox', arrival.system)
  const refusal = { report: 'archive', code: error.code, reason: error.message }
  return unreadablePart({ what: 'archive', subject, error, refusal }, arrival)
}
