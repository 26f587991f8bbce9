/** Whose handler failed, in which room, and what brought it there. */
export interface Blame {
  /** The subject whose handler failed. */
  readonly subject: string
  /** The subject of the input that led there: it is the one that is parked. */
  readonly root: string
  readonly room: string
  /** Place of its piece of work among those admitted to the turn. */
  readonly work: number
}

/** A room threw while states were half folded: the turn is worth nothing, and it is known whose fault that is. */
export class RoomFailed extends Error {
  readonly blame: Blame

  constructor(blame: Blame, cause: unknown) {
    super(reasonOf(cause), { cause })
    this.name = 'RoomFailed'
    this.blame = blame
  }
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
