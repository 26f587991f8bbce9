/** What may not stand in the repository: places of one machine, unfinished work, tests that do not run. */
import { globSync, readFileSync } from 'node:fs'
import { ROOT } from './declarations.ts'

/** Something in a file that should not be there. */
export interface Stray {
  readonly file: string
  readonly line: number
  readonly says: string
}

const TEXT = /\.(ts|tsx|js|json|md|sql|css|html|yml|yaml|edi|txt)$|(^|\/)(\.gitignore|run|LICENSE)$/
const LEFT_OUT = /(^|\/)(node_modules|dist|\.git|\.crossdock|data|coverage|results)(\/|$)/

/** Patterns are put together here, so that this file does not find itself. */
const RULES: readonly (readonly [says: string, pattern: RegExp, allowed?: RegExp])[] = [
  ['a path of one machine', new RegExp(`(^|[\\s'"\`(=:])/(${['work', 'root', 'home', 'Users'].join('|')})/[\\w.-]`)],
  ['a temporary folder by its path', new RegExp(`(^|[\\s'"\`(=])/${'tmp'}/[\\w.-]`)],
  ['unfinished work', new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`)],
  [
    'a test that does not run',
    /\b(test|it|describe)\.(skip|only|todo)\b|\bcontext\.skip\(/,
    /context\.skip\(NOT_RUN\)/,
  ],
  [
    'a check that is switched off',
    new RegExp(`@ts-(${['ignore', 'nocheck', 'expect-error'].join('|')})|biome-${'ignore-all'}`),
  ],
]

/** Every text file of the repository with its text, by its path. */
export function textFiles(): Map<string, string> {
  const names = globSync('**/*', { cwd: ROOT, exclude: (name) => LEFT_OUT.test(name) })
  const more = globSync('{.ci/*,.gitignore}', { cwd: ROOT })
  return new Map(
    [...names, ...more]
      .filter((name) => TEXT.test(name) && !LEFT_OUT.test(name))
      .map((name) => [name, readFileSync(ROOT + name, 'utf8')]),
  )
}

/** What is in these files and should not be. */
export function strays(files: ReadonlyMap<string, string>): Stray[] {
  return [...files].flatMap(([file, text]) =>
    text.split('\n').flatMap((line, at) =>
      RULES.filter(([, pattern, allowed]) => pattern.test(line) && !allowed?.test(line)).map(([says]) => ({
        file,
        line: at + 1,
        says,
      })),
    ),
  )
}
