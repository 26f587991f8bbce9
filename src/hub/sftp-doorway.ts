import { join, resolve } from 'node:path'
import type { HubDefinition } from '../config/define-hub.ts'
import { foldersOf, type SftpAccount } from '../connectors/sftp-doorway/account.ts'
import { hostKeyAt } from '../gateway/sftp/host-key.ts'
import type { Taken } from '../gateway/sftp/inbox.ts'
import { PushBook } from '../gateway/sftp/push-book.ts'
import type { DoorAccount, SftpDoor, SftpDoorOptions } from '../gateway/sftp/server.ts'
import type { RefusedAtDoor } from '../governance/refusals.ts'
import type { Hub } from '../hub.ts'
import type { ArrivalAnswer } from '../intake/admit.ts'
import type { Arrival } from '../intake/arrival.ts'
import { looksLikeEdifact } from '../intake/edifact-interchange.ts'
import { isUnfinished } from '../intake/folder-doorway.ts'
import { digestOf } from '../intake/keys.ts'
import { looksLikeX12 } from '../intake/x12-interchange.ts'
import { errors } from './errors.ts'
import { type DoorEars, telling } from './telling.ts'

/** What the SFTP doorway of a hub is opened with. */
export interface SftpDoorwayOptions {
  readonly definition: Pick<HubDefinition, 'partners' | 'sftp'>
  readonly hub: Pick<Hub, 'tenant' | 'intake'> & DoorEars['hub']
  readonly dataFolder: string
  readonly secret: (name: string) => string
  readonly now: () => number
  readonly say: (sentence: string) => void
  readonly trouble: (what: string, error: unknown) => void
  readonly refused: (refusal: RefusedAtDoor) => void
  /** Whether files are taken now; while not, clients are told to come again. Always, unless given. */
  readonly picksUp?: () => boolean
  readonly limits?: SftpDoorOptions['limits']
}

/** How long a file waits for the same one that is under way. */
const WAIT_S = 20

/** How long the last file under a name, pushed again, is the same push: its sender missed the reply and tries once more. */
const AGAIN_MS = 10 * 60_000

/** Opens the doorway where the configuration has one; undefined where it has none. */
export async function openSftpDoorway(options: SftpDoorwayOptions): Promise<SftpDoor | undefined> {
  const { definition, dataFolder, secret, say, limits } = options
  const { sftp, partners = [] } = definition
  if (!sftp) return undefined
  const { openSftpDoor } = await import('../gateway/sftp/server.ts') // ssh2 is loaded by who uses it
  const { hostKey, host = '127.0.0.1', port, mostBytes } = sftp
  const books = new Map(
    partners.flatMap(({ name, pushes }) => {
      const path = pushes && join(dataFolder, 'sftp', pushes.user, 'pushes.json')
      return path ? [[name, new PushBook(path, AGAIN_MS)] as const] : []
    }),
  )
  const tell = telling(options)
  const door = await openSftpDoor({
    host,
    port,
    hostKey: hostKey ? secret(hostKey.secret) : await hostKeyAt(join(dataFolder, 'sftp', 'host_key')),
    accounts: partners.flatMap(({ name, pushes }) => (pushes ? [accountOf(name, pushes, options)] : [])),
    limits: { ...(mostBytes ? { mostBytes } : {}), ...limits },
    now: options.now,
    take: (system, name, bytes) => takeIn({ system, name, bytes }, books.get(system) as PushBook, options),
    isUnfinished,
    pushRefused: (system, name, why) => tell(system, 'SFTP upload', errors.PUSH_REFUSED(name, why), name),
    refused: ({ code, status }, source) =>
      options.refused({ at: options.now(), method: 'SFTP', route: 'sign-in', source, code, status, traceId: '' }),
    trouble: options.trouble,
  })
  say(`SFTP for partners at ${host}:${door.port}; its host key is ${door.print}.`)
  return door
}

function accountOf(system: string, account: SftpAccount, { dataFolder, secret }: SftpDoorwayOptions): DoorAccount {
  const { user, keys, password, completes = 'close' } = account
  const { out, taken, unfinished } = foldersOf(user)
  return {
    system,
    user,
    keys,
    completes,
    ...(password ? { password: secret(password.secret) } : {}),
    folders: {
      out: resolve(dataFolder, out),
      taken: resolve(dataFolder, taken),
      unfinished: resolve(dataFolder, unfinished),
    },
  }
}

interface Pushed {
  readonly system: string
  readonly name: string
  readonly bytes: Uint8Array
}

type Known = Pick<Arrival, 'receivedAt'> & Required<Pick<Arrival, 'idempotencyKey'>>

/** What was read and refused was taken in all the same; its sender hears of that in an acknowledgement. */
async function takeIn(
  pushed: Pushed,
  book: PushBook,
  { hub, now, picksUp, say, trouble }: SftpDoorwayOptions,
): Promise<Taken> {
  if (picksUp?.() === false) return { kept: false, why: 'Nothing is taken in for now; send it again later.' }
  const { system, name: fileName, bytes } = pushed
  try {
    const { idempotencyKey, receivedAt } = await knownBy(pushed, book, now())
    const answer = await hub.intake.submit(
      { tenant: hub.tenant, system, channel: 'sftp', bytes, fileName, idempotencyKey, receivedAt },
      { waitSeconds: WAIT_S },
    )
    if (!isKept(answer)) return { kept: false, why: 'The same is under way; send it again.' }
    if (answer.replayed)
      say(`${system} pushed ${fileName} again with the same content: receipt ${answer.receipt}, no effect.`)
    return { kept: true }
  } catch (error) {
    trouble(`${fileName} of ${system} could not be taken in`, error)
    return { kept: false, why: 'It could not be taken in; send it again later.' }
  }
}

/**
 * What a file is known by. An interchange is what its bytes are, under any name: sent again it is a retransmission, and its
 * acknowledgement goes out again. Any other file has no number, and may well say the same as one before it: a stock that is
 * 100 again. It is news, unless it is the last file of its name come again within minutes: a push whose reply was lost, which
 * says what it said, of the same moment.
 */
async function knownBy({ name, bytes }: Pushed, book: PushBook, now: number): Promise<Known> {
  const digest = hex(digestOf(bytes))
  if (looksLikeX12(bytes) || looksLikeEdifact(bytes)) return { idempotencyKey: digest, receivedAt: now }
  const began = await book.beganAt(name, digest, now)
  return { idempotencyKey: `${digest}/${began}/${hex(digestOf(name))}`, receivedAt: began }
}

const hex = (digest: Uint8Array): string => Buffer.from(digest).toString('hex')

const isKept = ({ receipt, inFlight }: ArrivalAnswer): boolean => receipt !== undefined && inFlight !== true
