import type { Wait } from '../../api.ts'
import { age } from '../../format.ts'
import { useNow } from '../../live.ts'
import { Instant, Sentence } from '../../parts/instant.tsx'
import './waits.css'

/** Every pause explains itself: why, since when, and what will wake it. */
export function Waits({ waits }: { readonly waits: readonly Wait[] }) {
  const now = useNow()
  if (waits.length === 0) return null
  return (
    <section className="waits" aria-label="What it waits for">
      {waits.map(({ why, since, wakes }) => (
        <div key={`${why} ${since}`} className="wait">
          <p className="why-text">
            <Sentence>{why}</Sentence>
          </p>
          <p className="sub">
            For {age(now - Date.parse(since))}, since <Instant at={since} form="sometime" />
          </p>
          <p className="wakes">
            <span className="label">What will wake it</span> <Sentence>{wakes}</Sentence>
          </p>
        </div>
      ))}
    </section>
  )
}
