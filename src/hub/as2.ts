import type { HubDefinition } from '../config/define-hub.ts'
import { as2Of } from '../connectors/as2/index.ts'
import { openParties } from '../connectors/as2/parties.ts'
import { post } from '../connectors/as2/post.ts'
import type { ReceiptBook } from '../connectors/as2/waiting.ts'
import type { ConnectorPorts } from '../connectors/contract.ts'
import type { As2Partner, As2Ports } from '../gateway/as2-door.ts'
import { errors as doorErrors } from '../gateway/errors.ts'
import { errors } from './errors.ts'
import { type DoorEars, telling } from './telling.ts'

const RECEIPT_TIMEOUT_MS = 30_000

type HubsPorts = Pick<As2Ports, 'as2Partner' | 'sendReceipt' | 'as2Refused' | 'as2Reused'>

/** Who speaks AS2 with this hub, how receipts that go by themselves are sent, and where those for our messages are kept. */
export function as2PortsOf(
  { partners = [] }: Pick<HubDefinition, 'partners'>,
  ports: Pick<ConnectorPorts, 'secret' | 'dataFolder'>,
  ears: DoorEars,
  book?: ReceiptBook,
): HubsPorts {
  const known = new Map<string, As2Partner>()
  const tell = telling(ears)
  for (const { name, reach } of partners) {
    const connector = as2Of(reach)
    if (!connector) continue
    const parties = openParties(connector.parties, ports)
    if (book) connector.waiting.book = book
    known.set(pairOf(parties.ours, parties.theirs), {
      system: name,
      parties,
      confirmed: (receipt) => connector.waiting.confirmed(receipt),
    })
  }
  return {
    as2Partner: (ours, theirs) => known.get(pairOf(ours, theirs)),
    // a receipt that does not get there is asked for again by the message's next try
    sendReceipt: (to, headers, body, system) =>
      void post(to, headers, body, RECEIPT_TIMEOUT_MS).then((answer) => {
        const why = 'error' in answer ? answer.error : isTaken(answer.status) ? undefined : `answered ${answer.status}`
        if (why === undefined) return
        const error = errors.AS2_RECEIPT_NOT_TAKEN(to, why)
        ears.trouble(`a receipt could not be sent to ${to}`, error)
        tell(system, 'AS2 receipt', error)
      }),
    as2Refused: (system, id, why) => {
      const error = doorErrors.AS2_REFUSED(why)
      ears.trouble(`the AS2 message ${id} of ${system} was refused: ${why}`, error)
      tell(system, `AS2 message, ${why}`, error)
    },
    as2Reused: (system, id) => {
      const error = errors.AS2_ID_REUSED(id)
      ears.trouble(`the AS2 message ${id} of ${system} came before, with other content`, error)
      tell(system, 'AS2 message', error)
    },
  }
}

const isTaken = (status: number): boolean => status >= 200 && status < 300

const pairOf = (ours: string, theirs: string): string => `${ours}\u0000${theirs}`
