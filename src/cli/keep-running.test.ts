/** The process above the hub: it starts the hub again however often it ends, and says so. */
import { appendFile, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keepRunning } from './keep-running.ts'

/** A hub that opens and ends with this code each time, until it has lived so often; then it ends as asked. */
async function mortal(lives: number, code: number, opens = true): Promise<{ main: string; count: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'crossdock-'))
  const [main, count] = [join(folder, 'main.mjs'), join(folder, 'lives')]
  await appendFile(count, '')
  await writeFile(
    main,
    `import { appendFileSync, readFileSync } from 'node:fs'
     appendFileSync(${JSON.stringify(count)}, '.')
     const isLast = readFileSync(${JSON.stringify(count)}).length >= ${lives}
     const end = () => process.exit(isLast ? 0 : ${code})
     ${opens ? "process.send('open', end)" : 'end()'}`,
  )
  return { main, count }
}

const WAITS = { firstMs: 1, longestMs: 5, mostDeaths: 4, pauseMs: 300 }

test('a hub that dies more often than a minute allows stays down for a while, and is started again all the same', async () => {
  const { main, count } = await mortal(6, 70)
  const said: string[] = []
  const begun = performance.now()
  const code = await keepRunning(main, [], (sentence) => said.push(sentence), WAITS)
  expect(code).toBe(0)
  expect(await readFile(count, 'utf8')).toBe('......')
  expect(performance.now() - begun).toBeGreaterThanOrEqual(WAITS.pauseMs)
  expect(said).toHaveLength(5)
  expect(said[0]).toMatch(/^The hub \(process \d+\) ended with code 70; it is started again\.$/)
  expect(said[3]).toMatch(/that is 4 times within a minute\. It is started again in 1 s; see what it said before\.$/)
  expect(said[4]).toMatch(/it is started again\.$/)
})

test('a hub that could not open is not started again', async () => {
  const { main, count } = await mortal(3, 2, false)
  expect(await keepRunning(main, [], () => {}, WAITS)).toBe(2)
  expect(await readFile(count, 'utf8')).toBe('.')
})
