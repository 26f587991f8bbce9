/**
 * Counters and histograms as plain numbers, written out when somebody scrapes. Labels are given when a series is made,
 * never per observation, so a hot path adds to an integer and an order number can never become a label.
 */

/** One number of one series, for gauges that are read at scrape time. */
export interface Sample {
  /** `crossdock_lane_lag_seconds`: base units, `_total` for counters. */
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** A number that only grows. Add to `value` yourself. */
export interface Counter {
  value: number
}

/** The buckets of `http.server.request.duration`, in seconds, as OpenTelemetry names them. */
export const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** How many observations fell below each bound. */
export class Histogram {
  readonly bounds: readonly number[]
  readonly counts: Float64Array
  sum = 0
  count = 0

  constructor(bounds: readonly number[] = DURATION_BUCKETS) {
    this.bounds = bounds
    this.counts = new Float64Array(bounds.length)
  }

  observe(value: number): void {
    this.sum += value
    this.count += 1
    let at = 0
    while (at < this.bounds.length && value > (this.bounds[at] as number)) at += 1
    if (at < this.bounds.length) this.counts[at] = (this.counts[at] as number) + 1
  }
}

interface Family {
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly series: Map<string, Counter | Histogram>
}

/** Series of one name that are kept; more would mean that something unbounded became a label. */
const MOST_SERIES = 2_000

/**
 * The hub's own numbers.
 *
 * @example
 * const metrics = new Metrics()
 * const taken = metrics.counter('crossdock_arrivals_total', 'Arrivals taken in.', { system: 'web-store' })
 * taken.value += 1
 * metrics.expose() // '# HELP crossdock_arrivals_total Arrivals taken in.\n…'
 */
export class Metrics {
  readonly #families = new Map<string, Family>()
  readonly #readers: (() => Iterable<Sample>)[] = []

  /** The series with these labels; the same object every time. */
  counter(name: string, help: string, labels: Readonly<Record<string, string>> = {}): Counter {
    return this.#series(name, help, 'counter', labels, () => ({ value: 0 })) as Counter
  }

  /** The histogram with these labels; the same object every time. */
  histogram(
    name: string,
    help: string,
    labels: Readonly<Record<string, string>> = {},
    bounds?: readonly number[],
  ): Histogram {
    return this.#series(name, help, 'histogram', labels, () => new Histogram(bounds)) as Histogram
  }

  /** A histogram that somebody else keeps. */
  add(name: string, help: string, histogram: Histogram, labels: Readonly<Record<string, string>> = {}): void {
    this.#series(name, help, 'histogram', labels, () => histogram)
  }

  /** Numbers that others keep and that are read at each scrape: queue depths, lags, ages. */
  read(reader: () => Iterable<Sample>): void {
    this.#readers.push(reader)
  }

  /** The Prometheus text format 0.0.4. */
  expose(): string {
    const lines: string[] = []
    for (const [name, family] of this.#families) {
      lines.push(`# HELP ${name} ${escapeHelp(family.help)}`, `# TYPE ${name} ${family.type}`)
      for (const [labels, series] of family.series) lines.push(...seriesLines(name, labels, series))
    }
    lines.push(...sampleLines(this.#readers.flatMap((reader) => [...reader()])))
    return `${lines.join('\n')}\n`
  }

  #series(
    name: string,
    help: string,
    type: Family['type'],
    labels: Readonly<Record<string, string>>,
    make: () => Counter | Histogram,
  ): Counter | Histogram {
    let family = this.#families.get(name)
    if (!family) {
      family = { help, type, series: new Map() }
      this.#families.set(name, family)
    }
    const key = labelText(family.series.size < MOST_SERIES ? labels : overflowing(labels))
    let series = family.series.get(labelText(labels)) ?? family.series.get(key)
    if (!series) {
      series = make()
      family.series.set(key, series)
    }
    return series
  }
}

const overflowing = (labels: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.keys(labels).map((label) => [label, 'other']))

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}="${escapeLabel(value)}"`)
    .join(',')
}

function seriesLines(name: string, labels: string, series: Counter | Histogram): string[] {
  if (!(series instanceof Histogram)) return [`${named(name, labels)} ${series.value}`]
  const comma = labels ? ',' : ''
  let below = 0
  const buckets = series.bounds.map((bound, at) => {
    below += series.counts[at] as number
    return `${name}_bucket{${labels}${comma}le="${bound}"} ${below}`
  })
  return [
    ...buckets,
    `${name}_bucket{${labels}${comma}le="+Inf"} ${series.count}`,
    `${named(`${name}_sum`, labels)} ${series.sum}`,
    `${named(`${name}_count`, labels)} ${series.count}`,
  ]
}

function sampleLines(samples: readonly Sample[]): string[] {
  const families = Map.groupBy(samples, ({ name }) => name)
  return [...families].flatMap(([name, members]) => {
    const first = members[0] as Sample
    const values = members.map(({ labels, value }) => `${named(name, labelText(labels ?? {}))} ${value}`)
    return [`# HELP ${name} ${escapeHelp(first.help)}`, `# TYPE ${name} ${first.type}`, ...values]
  })
}

const named = (name: string, labels: string) => (labels ? `${name}{${labels}}` : name)
const escapeHelp = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
const escapeLabel = (text: string) => escapeHelp(text).replaceAll('"', '\\"')
