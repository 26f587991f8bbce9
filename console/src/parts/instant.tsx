import { createContext, useContext } from 'react'
import { dayAndTime, timeOfDay, utc } from '../format.ts'

/** The zone in which instants are written: the warehouse's, where it is known. */
export const Zone = createContext(Intl.DateTimeFormat().resolvedOptions().timeZone)

interface InstantProps {
  readonly at: string
  readonly form?: 'time' | 'day and time'
}

/** An instant in the warehouse's zone, with UTC on hover. */
export function Instant({ at, form = 'time' }: InstantProps) {
  const zone = useContext(Zone)
  const text = form === 'time' ? timeOfDay(at, zone) : dayAndTime(at, zone)
  return (
    <time dateTime={at} title={utc(at)}>
      {text}
    </time>
  )
}
