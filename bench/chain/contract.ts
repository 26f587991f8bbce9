/** One way to take orders through six durable steps that do nothing. */
export interface Side {
  /**
   * Takes `orders` orders of a kilobyte through their steps, each step durable before the next; resolves when the last
   * has made its last. The second run on the same side is the one that counts.
   */
  run(orders: number): Promise<void>
  close(): Promise<void>
}

/** Opens a side. `url` is its database, or its Redis. */
export type OpenSide = (url: string) => Promise<Side>

export const STEPS = 6

/** What an order carries: a kilobyte with what is around it. */
export const payload = 'x'.repeat(900)
