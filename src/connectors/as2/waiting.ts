import type { Receipt } from './receipt.ts'

/** Who waits for the receipt of which message. */
export type Waiting = Map<string, (receipt: Receipt) => void>

/** Waits for a receipt that comes by itself, for so long. */
export function awaited(waiting: Waiting, id: string, timeoutMs: number) {
  const timer: { cancel?: ReturnType<typeof setTimeout> } = {}
  const said = new Promise<Receipt | undefined>((resolve) => {
    waiting.set(id, resolve)
    timer.cancel = setTimeout(() => resolve(undefined), timeoutMs)
  })
  return {
    said,
    over: () => {
      clearTimeout(timer.cancel)
      waiting.delete(id)
    },
  }
}
