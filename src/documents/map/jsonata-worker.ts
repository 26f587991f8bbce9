/**
 * The thread in which expressions of one map are evaluated. It has nothing of the hub: no time but that of the arrival,
 * no chance, no prototype that could be changed. Whoever started it cuts it off.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { type ExpressionLimits, FORBIDDEN_NAMES, type Said, type Task, type Told } from './jsonata-task.ts'
import { jsonataParser } from './jsonata-text.ts'

const { text, limits } = workerData as { text: string; limits: ExpressionLimits }
const clock = { at: 0 }

takeTheWorldAway()
const expression = jsonataParser()(text, {
  stack: limits.depth,
  sequence: limits.items,
  RegexEngine: boundedRegExp() as RegExpConstructor,
})
for (const name of ['eval', 'random', 'shuffle']) expression.assign(name, undefined)
parentPort?.on('message', (task: Task) => void evaluate(task).then(tell))
tell()

function tell(said?: Said): void {
  const { user, system } = process.threadCpuUsage()
  parentPort?.postMessage({ workedMs: (user + system) / 1_000, ...(said ? { said } : {}) } satisfies Told)
}

async function evaluate({ source, at }: Task): Promise<Said> {
  clock.at = at
  try {
    const value = (await expression.evaluate(JSON.parse(source))) as unknown
    if (value === undefined) return { nothing: true }
    const strange = strangeIn(value, 0)
    if (strange !== undefined) return { limit: strange }
    const made = JSON.stringify(value)
    return made.length > limits.characters ? { limit: `it makes more than ${limits.characters} characters` } : { made }
  } catch (error) {
    return saidOf(error)
  }
}

function saidOf(error: unknown): Said {
  const {
    code = '',
    position,
    message = String(error),
  } = error as { code?: string; position?: number; message?: string }
  if (code === 'D1011') return { limit: `it goes deeper than ${limits.depth} steps` }
  if (code === 'D2015' || code === 'D2014') return { limit: `it makes a list of more than ${limits.items}` }
  return position === undefined ? { message } : { message, position }
}

/** What may not go out: names that mean something to JavaScript, what is no JSON, and what is too deep. */
function strangeIn(value: unknown, depth: number): string | undefined {
  if (typeof value === 'function') return 'it makes a function'
  if (typeof value !== 'object' || value === null) return undefined
  if (depth > limits.nesting) return `it makes something nested deeper than ${limits.nesting}`
  if (Array.isArray(value)) {
    for (const element of value) {
      const strange = strangeIn(element, depth + 1)
      if (strange !== undefined) return strange
    }
    return undefined
  }
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) return 'it makes a function'
  for (const [name, member] of Object.entries(value)) {
    if (FORBIDDEN_NAMES.has(name)) return `it makes a member ${name}`
    const strange = strangeIn(member, depth + 1)
    if (strange !== undefined) return strange
  }
  return undefined
}

/** Long texts are what makes a slow pattern slow. */
function boundedRegExp() {
  return class extends RegExp {
    override exec(subject: string): RegExpExecArray | null {
      if (subject.length <= limits.matched) return super.exec(subject)
      throw { message: `A pattern is matched against more than ${limits.matched} characters`, code: 'D0000' }
    }
  }
}

/** Time stands still at the arrival, chance is gone, and prototypes are closed: no document leaves anything for the next. */
function takeTheWorldAway(): void {
  const Real = Date
  const Still = class extends Real {
    constructor(...given: []) {
      super(...((given.length === 0 ? [clock.at] : given) as []))
    }
    static override now(): number {
      return clock.at
    }
  }
  globalThis.Date = Still as DateConstructor
  Math.random = () => {
    throw new Error('there is no chance in a map')
  }
  for (const one of [Object, Array, Function, String, Number, Boolean, RegExp, Promise])
    Object.preventExtensions(one.prototype)
}
