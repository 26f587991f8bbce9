import { CrossdockError } from '../../base/errors.ts'

/** What a failure says in words. */
export const reasonOf = (error: unknown): string =>
  error instanceof CrossdockError
    ? `${error.code}: ${error.message}`
    : error instanceof Error
      ? error.message
      : String(error)
