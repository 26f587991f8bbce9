import { readFileSync } from 'node:fs'
import { errors } from './errors.ts'
import { reason } from './input.ts'
import type { Terminal } from './terminal.ts'

/** Whether a secret is in the environment, or in a file that the environment names. */
export function isSetIn(env: Terminal['env']): (name: string) => boolean {
  return (name) => Boolean(env[name]) || Boolean(env[`${name}_FILE`])
}

/**
 * Reads secrets: `NAME` from the environment, else the file that `NAME_FILE` names, without the line end it may have.
 * Throws `XD_CLI_SECRETS` and `XD_CLI_FILE`; neither says a value.
 *
 * @example
 * secretsIn(process.env)('ERP_TOKEN')
 */
export function secretsIn(env: Terminal['env']): (name: string) => string {
  return (name) => {
    const value = env[name]
    if (value) return value
    const file = env[`${name}_FILE`]
    if (!file) throw errors.SECRETS(name)
    try {
      return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    } catch (error) {
      throw Object.assign(errors.FILE(file, reason(error)), { cause: error })
    }
  }
}
