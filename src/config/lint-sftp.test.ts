import { expect, test } from 'vitest'
import { secret } from '../base/secret.ts'
import { keyPair } from '../connectors/sftp/testing/sftp-server.ts'
import type { SftpAccount, SftpDoorway } from '../connectors/sftp-doorway/account.ts'
import type { HubDefinition } from './define-hub.ts'
import { lintSftp } from './lint-sftp.ts'

const line = keyPair().public
const other = keyPair().public
const says = (sftp: SftpDoorway | undefined, ...accounts: SftpAccount[]) =>
  lintSftp({
    ...(sftp ? { sftp } : {}),
    partners: accounts.map((pushes, at) => ({ name: `p${at}`, pushes })),
  } as unknown as HubDefinition).map(({ severity, where, says: sentence }) => `${severity} ${where}: ${sentence}`)
const port = { port: 2222 }
const harbor = { user: 'harbor', keys: [line] }

test('a doorway with accounts, by keys of every kind or a password, has nothing said against it', () => {
  const rsa = `ssh-rsa ${Buffer.from('\0\0\0\u0007ssh-rsa, and so on').toString('base64')} edi@harbor`
  const ecdsa = `ecdsa-sha2-nistp256 ${Buffer.from('\0\0\0\u0013ecdsa-sha2-nistp256').toString('base64')}`
  expect(says(port, { user: 'a', keys: [line, rsa, ecdsa] }, { user: 'b', keys: [], password: secret('B') })).toEqual(
    [],
  )
  expect(says(undefined)).toEqual([])
})

test.each([
  ['no doorway', says(undefined, harbor), /^error partners\[0\].pushes: p0 pushes by SFTP, and the hub has no doorway/],
  ['no accounts', says(port), /^warning sftp: .*no partner has an account/],
  ['no port', says({ port: 70_000 }, harbor), /^error sftp.port: 70000 is no port/],
  ['every address', says({ port: 2222, host: '0.0.0.0' }, harbor), /^warning sftp.host: .*whoever reaches/],
  ['no key', says(port, { user: 'harbor', keys: [] }), /^error partners\[0\].pushes: Nobody could sign in as p0/],
  ['a path for a user', says(port, { user: '../x', keys: [line] }), /^error partners\[0\].pushes.user: .*no name/],
  [
    'half a key',
    says(port, { user: 'x', keys: ['AAAA'] }),
    /^error partners\[0\].pushes.keys\[0\]: This is no public key/,
  ],
  ['a key of another type', says(port, { user: 'x', keys: [line.replace('ssh-ed25519', 'ssh-rsa')] }), /no public key/],
  ['a user twice', says(port, harbor, { user: 'harbor', keys: [other] }), /^error partners\[1\].pushes.user: p0 has/],
  ['a key twice', says(port, harbor, { user: 'y', keys: [line] }), /^warning partners\[1\].pushes.keys\[0\]: p0 has/],
])('%s is told', (_what, found, wanted) => {
  expect(found).toEqual([expect.stringMatching(wanted)])
})
