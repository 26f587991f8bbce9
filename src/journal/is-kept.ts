/** The subject is parked: what was to be written is on disk, the rooms were not asked. */
export function isKept(error: unknown): boolean {
  return (error as { code?: string }).code === 'XD_JOURNAL_PARKED'
}
