import type { Attributes } from 'ssh2'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const FOLDER_BIT = 0o040000

/** A file as `ls -l` shows it: some clients read nothing else. */
export function longName(name: string, { mode = 0, size = 0, mtime = 0 }: Attributes, user: string): string {
  const at = new Date(mtime * 1_000)
  const day = `${MONTHS[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2)}`
  const time = at.toISOString().slice(11, 16)
  const rights = mode & FOLDER_BIT ? 'drwxr-xr-x' : '-rw-r--r--'
  return `${rights}   1 ${user.padEnd(8)} ${user.padEnd(8)} ${String(size).padStart(10)} ${day} ${time} ${name}`
}
