import type { HubDefinition } from '../config/define-hub.ts'
import { as2Of } from '../connectors/as2/index.ts'
import { openParties } from '../connectors/as2/parties.ts'
import { post } from '../connectors/as2/post.ts'
import type { ReceiptBook } from '../connectors/as2/waiting.ts'
import type { ConnectorPorts } from '../connectors/contract.ts'
import type { As2Partner, As2Ports } from '../gateway/as2-door.ts'

const RECEIPT_TIMEOUT_MS = 30_000

/** Who speaks AS2 with this hub, how receipts that go by themselves are sent, and where those for our messages are kept. */
export function as2PortsOf(
  { partners = [] }: Pick<HubDefinition, 'partners'>,
  ports: Pick<ConnectorPorts, 'secret' | 'dataFolder'>,
  trouble: (what: string, error: unknown) => void,
  book?: ReceiptBook,
): Pick<As2Ports, 'as2Partner' | 'sendReceipt' | 'as2Refused'> {
  const known = new Map<string, As2Partner>()
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
    sendReceipt: (to, headers, body) =>
      void post(to, headers, body, RECEIPT_TIMEOUT_MS).then((answer) => {
        if ('error' in answer) trouble(`a receipt could not be sent to ${to}`, new Error(answer.error))
      }),
    as2Refused: (system, id, why) => trouble(`the AS2 message ${id} of ${system} was refused: ${why}`, new Error(why)),
  }
}

const pairOf = (ours: string, theirs: string): string => `${ours}\u0000${theirs}`
