import type { SftpAccount } from '../connectors/sftp-doorway/account.ts'
import type { HubDefinition } from './define-hub.ts'
import { type Finding, odd, wrong } from './finding.ts'

const USER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/
const KEY = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) ([A-Za-z0-9+/]+={0,2})(?: .*)?$/
const LOOPBACK = /^(127\.|::1$|localhost$)/

/** Accounts without a doorway, doorways without accounts, keys that are none, and users that are two partners. */
export function lintSftp({ sftp, partners = [] }: HubDefinition): Finding[] {
  const pushing = partners.flatMap(({ name, pushes }, at) => (pushes ? [{ name, pushes, at }] : []))
  const users = new Map<string, string>()
  const keys = new Map<string, string>()
  return [
    ...doorway(sftp, pushing.length),
    ...pushing.flatMap(({ name, pushes, at }) => {
      const where = `partners[${at}].pushes`
      const other = users.get(pushes.user)
      users.set(pushes.user, other ?? name)
      return [
        ...(sftp
          ? []
          : [wrong(where, `${name} pushes by SFTP, and the hub has no doorway for it: say \`sftp: { port }\`.`)]),
        ...(USER.test(pushes.user) ? [] : [wrong(`${where}.user`, `“${pushes.user}” is no name for a user.`)]),
        ...(other === undefined ? [] : [wrong(`${where}.user`, `${other} has the user ${pushes.user} already.`)]),
        ...accountKeys(pushes, name, where, keys),
      ]
    }),
  ]
}

function doorway(sftp: HubDefinition['sftp'], accounts: number): Finding[] {
  if (!sftp) return []
  const { port, host = '127.0.0.1' } = sftp
  return [
    ...(Number.isInteger(port) && port >= 0 && port <= 65_535 ? [] : [wrong('sftp.port', `${port} is no port.`)]),
    ...(accounts > 0 ? [] : [odd('sftp', 'There is a doorway for SFTP, and no partner has an account (`pushes`).')]),
    ...(LOOPBACK.test(host)
      ? []
      : [odd('sftp.host', `The SFTP doorway listens at ${host}: whoever reaches that address may try to sign in.`)]),
  ]
}

function accountKeys(
  { keys, password }: SftpAccount,
  name: string,
  where: string,
  seen: Map<string, string>,
): Finding[] {
  if (keys.length === 0 && !password) return [wrong(where, `Nobody could sign in as ${name}: it has no key.`)]
  return keys.flatMap((line, at) => {
    const [, type, blob] = KEY.exec(line.trim()) ?? []
    if (type === undefined || blob === undefined || !saysItsType(blob, type))
      return [wrong(`${where}.keys[${at}]`, 'This is no public key. Put the whole line of the .pub file here.')]
    const other = seen.get(blob)
    seen.set(blob, other ?? name)
    if (other === undefined || other === name) return []
    return [odd(`${where}.keys[${at}]`, `${other} has this key, too; nobody can tell by it who signed in.`)]
  })
}

/** What is in base64 begins with the type again, behind its length. */
function saysItsType(blob: string, type: string): boolean {
  return (
    Buffer.from(blob, 'base64')
      .subarray(4, 4 + type.length)
      .toString('latin1') === type
  )
}
