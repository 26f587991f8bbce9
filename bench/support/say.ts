/** Talk goes to stderr: stdout carries the result and nothing else. */
export function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}

/** For ports that want to be told of troubles. A bench with troubles is read with care. */
export function trouble(what: string, error: unknown): void {
  say(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
}
