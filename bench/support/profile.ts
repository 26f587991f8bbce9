import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'

/** Profiles what runs until the answer is called, into the file that `CROSSDOCK_PROFILE` names; without it, nothing. */
export async function startProfile(): Promise<() => Promise<void>> {
  const file = process.env['CROSSDOCK_PROFILE']
  if (!file) return async () => {}
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  return async () => {
    const { profile } = await session.post('Profiler.stop')
    writeFileSync(file, JSON.stringify(profile))
    session.disconnect()
  }
}
