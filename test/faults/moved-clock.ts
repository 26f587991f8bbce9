const RealDate = Date
let offsetMs = 0

/** Moves what this process takes for the time of day: `Date.now()` and `new Date()`. Timers run on as before. */
export function moveClock(byMs: number): void {
  offsetMs = byMs
  globalThis.Date = byMs === 0 ? RealDate : MovedDate
}

const MovedDate = new Proxy(RealDate, {
  construct: (target, values, self) =>
    Reflect.construct(target, values.length === 0 ? [target.now() + offsetMs] : values, self) as Date,
  apply: (target) => new target(target.now() + offsetMs).toString(),
  get: (target, name, self) =>
    name === 'now' ? () => target.now() + offsetMs : Reflect.get(target, name, self === MovedDate ? target : self),
})
