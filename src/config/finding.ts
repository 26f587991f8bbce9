/** One thing that is wrong (`error`: the hub does not open) or odd (`warning`), and where. */
export interface Finding {
  readonly severity: 'error' | 'warning'
  /** The member, as it is written: `process[0].options.warehouses[1].system`. */
  readonly where: string
  readonly says: string
}

/** Something that keeps the hub from opening. */
export const wrong = (where: string, says: string): Finding => ({ severity: 'error', where, says })

/** Something that can be opened, and is hardly meant. */
export const odd = (where: string, says: string): Finding => ({ severity: 'warning', where, says })
