import { errors } from './errors.ts'

/** A port as a person or the environment wrote it. Throws `XD_CLI_PORT`. */
export function portFrom(name: string, text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw errors.PORT(name, text)
  return Number(text)
}
