import { createContext, useContext } from 'react'
import { dayAndTime, instantsIn, sometime, timeOfDay, utc } from '../format.ts'

/** The zone in which instants are written: the warehouse's, where it is known. */
export const Zone = createContext(Intl.DateTimeFormat().resolvedOptions().timeZone)

const FORMS = { time: timeOfDay, 'day and time': dayAndTime, sometime }

interface InstantProps {
  readonly at: string
  /** `sometime` leaves the day out when it is today's. */
  readonly form?: keyof typeof FORMS
}

/** An instant in the warehouse's zone, with UTC on hover. */
export function Instant({ at, form = 'time' }: InstantProps) {
  const zone = useContext(Zone)
  return (
    <time dateTime={at} title={utc(at)}>
      {FORMS[form](at, zone, Date.now())}
    </time>
  )
}

/** A sentence of the hub's, with the instants in it written in the warehouse's zone. */
export function Sentence({ children }: { readonly children: string }) {
  // Every second piece is an instant; pieces never change their order, so their place is their key.
  return instantsIn(children).map((piece, at) => {
    const key = `${at} ${piece}`
    return at % 2 === 1 ? <Instant key={key} at={piece} form="sometime" /> : <span key={key}>{piece}</span>
  })
}
