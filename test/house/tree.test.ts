import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkNode } from '../../src/cli/doctor/machine.ts'
import { ROOT } from './declarations.ts'
import { strays, textFiles } from './tree.ts'

/** The launcher is plain JavaScript, for any Node from 20 on, and has no types. */
const { isNewEnough, packagedNode } = (await import(`${ROOT}bin/node24.js`)) as {
  isNewEnough: (version?: string) => boolean
  packagedNode: () => string | undefined
}

test('nothing in the repository belongs to one machine or is left unfinished', () => {
  const files = textFiles()
  expect(files.size).toBeGreaterThan(300)
  expect(strays(files).map(({ file, line, says }) => `${file}:${line}: ${says}`)).toEqual([])
})

test.each([
  ['a path of one machine', `const folder = '/${'home'}/me/data'`],
  ['a temporary folder by its path', `see /${'tmp'}/notes`],
  ['unfinished work', `// ${'TO' + 'DO'}: later`],
  ['a test that does not run', `test.${'skip'}('…', () => {})`],
  ['a check that is switched off', `// @ts-${'ignore'}`],
])('%s would be found', (says, line) => {
  expect(strays(new Map([['src/x.ts', line]]))).toEqual([{ file: 'src/x.ts', line: 1, says }])
})

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly resolved?: string; readonly link?: boolean; readonly hasInstallScript?: boolean }>
  >
}

test('packages come from whatever registry npm is told, at exact versions', () => {
  const lock = JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8')) as Lock
  const addresses = Object.values(lock.packages).flatMap(({ resolved, link }) => (resolved && !link ? [resolved] : []))
  expect(addresses).toEqual([])
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync(`${ROOT}package.json`, 'utf8'),
  ) as Record<string, Record<string, string>>
  const versions = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
  expect(versions.filter(([, version]) => !/^(npm:[@\w/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
})

test('the tests run under a Node that is new enough, and one comes with the packages', () => {
  expect(isNewEnough()).toBe(true)
  expect(checkNode(process.versions.node).state).toBe('ok')
  for (const version of ['20.20.2', '24.11.0', '24.12.0', '25.0.0']) {
    expect([version, isNewEnough(version)]).toEqual([version, checkNode(version).state === 'ok'])
  }
  if (process.platform === 'linux') expect(packagedNode()).toContain('node_modules/node-linux-')
})

test('every runtime dependency has its page of reasons', () => {
  const { dependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
    dependencies: Record<string, string>
  }
  const reasons = [...textFiles()].filter(([file]) => file.startsWith('docs/decisions/')).map(([, text]) => text)
  const missing = Object.entries(dependencies).filter(
    ([name, version]) => !reasons.some((text) => text.includes(`${name} ${version}`)),
  )
  expect(missing).toEqual([])
})
