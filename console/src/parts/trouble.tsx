import type { Trouble } from '../api.ts'
import { age } from '../format.ts'
import { useNow } from '../live.ts'

interface TroubleProps {
  readonly trouble: Trouble
  /** When what is still shown was read; absent when nothing is. */
  readonly knownAt?: number
  readonly again: () => void
}

/** What went wrong, what to do about it, and how old the rest of the page is. */
export function TroubleNotice({ trouble, knownAt, again }: TroubleProps) {
  const now = useNow()
  return (
    <div className="trouble" role="alert">
      <p>
        <strong>{trouble.says}</strong> {trouble.remedy}
        {knownAt === undefined
          ? ''
          : ` What you see is ${age(now - knownAt) === 'now' ? 'a moment' : age(now - knownAt)} old.`}
      </p>
      {trouble.code && <code>{trouble.code}</code>}
      <button type="button" onClick={again}>
        Try again
      </button>
    </div>
  )
}
