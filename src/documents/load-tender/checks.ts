import { type DocumentFault, documentFault } from '../faults.ts'
import type { LoadTender, Moment, Stop } from './schema.ts'

/** What must hold across the members of a load tender. A cancelled load needs no stops. */
export function loadTenderFaults({ stops, purpose }: LoadTender): DocumentFault[] {
  const faults: DocumentFault[] = []
  if (purpose !== 'cancel') {
    if (!stops.some(({ action }) => action === 'pick_up')) faults.push(stopFault('/stops', 'nothing is picked up'))
    if (!stops.some(({ action }) => action === 'drop_off')) faults.push(stopFault('/stops', 'nothing is delivered'))
  }
  const seen = new Set<string>()
  for (const [at, stop] of stops.entries()) {
    if (seen.has(stop.stop)) faults.push(stopFault(`/stops/${at}`, `stop ${stop.stop} comes twice`))
    seen.add(stop.stop)
    faults.push(...windowFaults(stop, `/stops/${at}`))
  }
  return faults
}

function stopFault(pointer: string, what: string): DocumentFault {
  return documentFault('STOPS', { pointer }, [what])
}

function windowFaults({ notBefore, notAfter }: Stop, pointer: string): DocumentFault[] {
  if (notBefore === undefined || notAfter === undefined || instant(notBefore, '00:00') <= instant(notAfter, '24:00')) {
    return []
  }
  return [documentFault('DATES_CROSS', { pointer }, ['notBefore', 'notAfter'])]
}

function instant({ date, time }: Moment, otherwise: string): string {
  return `${date} ${time ?? otherwise}`
}
