/** What the landscape's process is told, as JSON in its first argument. */
export interface LandscapeOrders {
  readonly folder: string
  readonly hub: string
  /** First of five ports. */
  readonly port: number
  readonly seed: number
  /** Orders a minute. */
  readonly rate: number
}

/** Written by the landscape once its systems listen: process id, seed, run, and where they expect their hub. */
export const LANDSCAPE_FILE = 'landscape.json'

/** The ports of the simulated systems, counted from the first. */
export function portsFrom(first: number) {
  return { erp: first, wms1: first + 1, wms2: first + 2, shop: first + 3, carrier: first + 4 }
}
