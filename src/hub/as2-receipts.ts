import type { Receipt } from '../connectors/as2/receipt.ts'
import type { ReceiptBook } from '../connectors/as2/waiting.ts'

type Query = (text: string, values: readonly unknown[]) => Promise<Record<string, unknown>[]>

/** The book of receipts in the database, which all instances share; it outlives each of them. */
export function receiptBook(query: Query): ReceiptBook {
  const read = async (text: string, id: string): Promise<Receipt | undefined> => {
    const [row] = await query(text, [id])
    return (row?.['receipt'] as Receipt | null | undefined) ?? undefined
  }
  return {
    expect: (id) =>
      read(
        `insert into as2_wait (message_id) values ($1)
         on conflict (message_id) do update set sent_at = now()
         returning receipt`,
        id,
      ),
    forget: async (id) => {
      await query('update as2_wait set receipt = null where message_id = $1', [id])
    },
    keep: async (receipt) => {
      const rows = await query('update as2_wait set receipt = $2 where message_id = $1 returning message_id', [
        receipt.about,
        JSON.stringify(receipt),
      ])
      return rows.length > 0
    },
    read: (id) => read('select receipt from as2_wait where message_id = $1', id),
  }
}

/** A message is tried for days at most; past that nobody asks for its receipt any more. */
const KEPT_DAYS = 30

/** Drops waits that are long over. */
export async function sweepReceipts(query: Query): Promise<void> {
  await query('delete from as2_wait where sent_at < now() - make_interval(days => $1)', [KEPT_DAYS])
}
