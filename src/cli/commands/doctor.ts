import type { Check } from '../doctor/check.ts'
import { checkDatabase } from '../doctor/database.ts'
import { checkDataFolder, checkNode, checkPort } from '../doctor/machine.ts'
import { type PlaceOptions, placeFrom } from '../settings.ts'
import { type ExitCode, paint, type Terminal } from '../terminal.ts'

/** What `crossdock doctor` is told. */
export interface DoctorOptions extends PlaceOptions {
  readonly production?: boolean
  readonly json?: boolean
}

/** `crossdock doctor`: whether a hub can run here, and safely. 1 when something has to be mended first. */
export async function doctor(options: DoctorOptions, terminal: Terminal): Promise<ExitCode> {
  const place = placeFrom(options, terminal.env)
  const checks = [
    checkNode(process.versions.node),
    ...checkDataFolder(place.data),
    await checkPort(place.host, place.port, terminal),
    ...(await checkDatabase(place, options.production ?? false)),
  ]
  const failed = checks.filter((check) => check.state === 'failed').length
  terminal.out(
    options.json
      ? JSON.stringify({ ok: failed === 0, checks })
      : checks.map((check) => checkText(check, terminal)).join('\n'),
  )
  if (!options.json) terminal.say(failed === 0 ? 'Nothing stands in the way.' : `${failed} to mend.`)
  return failed === 0 ? 0 : 1
}

const COLOURS = { ok: 'green', warning: 'yellow', failed: 'red' } as const

/** A line for each check, and the way out below what is not in order. */
export function checkText({ name, state, says, remedy }: Check, terminal: Pick<Terminal, 'colours'>): string {
  const line = `${paint(terminal, COLOURS[state], state.padEnd(8))} ${name.padEnd(20)} ${says}`
  return remedy === undefined ? line : `${line}\n${' '.repeat(30)}${remedy}`
}
