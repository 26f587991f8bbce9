/** One thing the doctor looked at. */
export interface Check {
  readonly name: string
  readonly state: 'ok' | 'warning' | 'failed'
  readonly says: string
  readonly remedy?: string
}

export const healthy = (name: string, says: string): Check => ({ name, state: 'ok', says })
export const doubtful = (name: string, says: string, remedy: string): Check => ({
  name,
  state: 'warning',
  says,
  remedy,
})
export const ill = (name: string, says: string, remedy: string): Check => ({ name, state: 'failed', says, remedy })
