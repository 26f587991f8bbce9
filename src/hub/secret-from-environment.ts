import { readFileSync } from 'node:fs'

/** `NAME` from the environment, or the file that `NAME_FILE` names. */
export function secretFromEnvironment(name: string): string {
  const value = process.env[name]
  if (value !== undefined) return value
  const file = process.env[`${name}_FILE`]
  if (file !== undefined) return readFileSync(file, 'utf8').trim()
  throw new Error(
    `The secret ${name} is not in the environment. Set ${name} or ${name}_FILE, or take it out of the configuration.`,
  )
}
