import { join, resolve } from 'node:path'
import type { HubDefinition } from '../config/define-hub.ts'
import { foldersOf, type SftpAccount } from '../connectors/sftp-doorway/account.ts'
import { hostKeyAt } from '../gateway/sftp/host-key.ts'
import type { Taken } from '../gateway/sftp/inbox.ts'
import type { DoorAccount, SftpDoor, SftpDoorOptions } from '../gateway/sftp/server.ts'
import type { RefusedAtDoor } from '../governance/refusals.ts'
import type { Hub } from '../hub.ts'
import type { ArrivalAnswer } from '../intake/admit.ts'
import { isUnfinished } from '../intake/folder-doorway.ts'
import { digestOf } from '../intake/keys.ts'

/** What the SFTP doorway of a hub is opened with. */
export interface SftpDoorwayOptions {
  readonly definition: Pick<HubDefinition, 'partners' | 'sftp'>
  readonly hub: Pick<Hub, 'tenant' | 'intake'>
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

/** Opens the doorway where the configuration has one; undefined where it has none. */
export async function openSftpDoorway(options: SftpDoorwayOptions): Promise<SftpDoor | undefined> {
  const { definition, dataFolder, secret, say, limits } = options
  const { sftp, partners = [] } = definition
  if (!sftp) return undefined
  const { openSftpDoor } = await import('../gateway/sftp/server.ts') // ssh2 is loaded by who uses it
  const { hostKey, host = '127.0.0.1', port, mostBytes } = sftp
  const door = await openSftpDoor({
    host,
    port,
    hostKey: hostKey ? secret(hostKey.secret) : await hostKeyAt(join(dataFolder, 'sftp', 'host_key')),
    accounts: partners.flatMap(({ name, pushes }) => (pushes ? [accountOf(name, pushes, options)] : [])),
    limits: { ...(mostBytes ? { mostBytes } : {}), ...limits },
    now: options.now,
    take: (system, name, bytes) => takeIn(system, name, bytes, options),
    isUnfinished,
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

/**
 * A file is what its bytes are: the same again, under any name, is a repeat. What was read and refused was taken in all the
 * same; its sender hears of that in an acknowledgement.
 */
async function takeIn(
  system: string,
  fileName: string,
  bytes: Uint8Array,
  { hub, now, picksUp, trouble }: SftpDoorwayOptions,
): Promise<Taken> {
  if (picksUp?.() === false) return { kept: false, why: 'Nothing is taken in for now; send it again later.' }
  try {
    const answer = await hub.intake.submit(
      {
        tenant: hub.tenant,
        system,
        channel: 'sftp',
        bytes,
        fileName,
        idempotencyKey: Buffer.from(digestOf(bytes)).toString('hex'),
        receivedAt: now(),
      },
      { waitSeconds: WAIT_S },
    )
    return isKept(answer) ? { kept: true } : { kept: false, why: 'The same is under way; send it again.' }
  } catch (error) {
    trouble(`${fileName} of ${system} could not be taken in`, error)
    return { kept: false, why: 'It could not be taken in; send it again later.' }
  }
}

const isKept = ({ receipt, inFlight }: ArrivalAnswer): boolean => receipt !== undefined && inFlight !== true
