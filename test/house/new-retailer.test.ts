import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../cli/run.ts'
import { ROOT } from './declarations.ts'

/** Below the checkout, where `crossdock` leads to its sources, as it does for the reader. */
const folder = join(ROOT, '.crossdock', `new-retailer-${process.pid}`)
const page = await readFile(`${ROOT}docs/tutorials/new-retailer.md`, 'utf8')

beforeAll(() => mkdir(folder, { recursive: true }))
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What the page tells to save under a name. */
function saved(name: string): string {
  const found = new RegExp(`as \`${name.replace('.', '\\.')}\`.*?\n\`\`\`\\w+\n(.*?\n)\`\`\``, 's').exec(page)?.[1]
  if (found === undefined) throw new Error(`The page saves no ${name}`)
  return found
}

/** What the page tells to write instead of a member of the profile. */
function replaced(profile: string, member: string): string {
  const found = new RegExp(`Replace \`${member}\` by:\n\n\`\`\`ts\n(.*?)\`\`\``, 's').exec(page)?.[1]
  const stood = new RegExp(`^  ${member}: \\[\n.*?^  \\],\n`, 'ms')
  if (found === undefined || !stood.test(profile)) throw new Error(`Nothing replaces ${member}`)
  return profile.replace(stood, found)
}

const blocks = [...page.matchAll(/^```(\w*)\n(.*?)\n```$/gms)].map(([, kind, text]) => ({ kind, text: text as string }))
const commands = blocks.filter(({ kind }) => kind === 'sh').map(({ text }) => text)
/** What the page shows as answered. */
const answers = blocks.filter(({ kind }) => kind === '').map(({ text }) => text)

const follow = async (command: string) => {
  const here = command.replace(/^npx crossdock /, '').replaceAll('new-retailer/', `${folder}/`)
  const { code, out } = await run(here.split(' '))
  return { code, out: out.replaceAll(`${folder}/`, 'new-retailer/').trimEnd() }
}

test('the tutorial, followed to the letter, ends with a retailer that may go live', async () => {
  const samples = ['order-1.edi', 'order-2.edi', 'wanted-855.edi']
  for (const name of [...samples, 'crossdock.config.ts']) await writeFile(join(folder, name), saved(name))
  expect(commands).toHaveLength(3)
  const [check, make, gate] = commands as [string, string, string]
  expect((await follow(check)).code).toBe(0)
  expect(await follow(make)).toEqual({ code: 0, out: answers[0] })
  const profile = join(folder, 'retailer.ts')
  await copyFile(profile, join(folder, 'undecided.ts'))
  await writeFile(
    join(folder, 'undecided.config.ts'),
    saved('crossdock.config.ts').replace('./retailer', './undecided'),
  )
  const left = await follow(gate.replace('crossdock.config', 'undecided.config'))
  expect([left.code, left.out]).toEqual([1, expect.stringMatching(/0 failed, 1 open, 15 passed\.$/)])
  await writeFile(profile, replaced(await readFile(profile, 'utf8'), 'expects'))
  expect(await follow(gate)).toEqual({ code: 0, out: answers[1] })

  const order = saved('order-2.edi')
  await writeFile(join(folder, 'order-2.edi'), order.replace('|EA|', '|QQ|'))
  const failed = await follow(gate)
  expect(failed.code).toBe(1)
  expect(failed.out).toMatch(/^failed +documents are understood +order-2\.edi, 850 0001, PO103 \(segment 5\): /m)
})
