/**
 * `npm run scoreboard`: puts what runs recorded on this machine beside what stands on the board already (the newer run
 * of a name wins), and writes `docs/scoreboard.json`, `docs/scoreboard.md` and the README's table.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Board, boardPage, withTable } from '../test/house/scoreboard.ts'
import { recorded } from '../test/support/record.ts'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const [kept, page, readme] = [path('./scoreboard.json'), path('./scoreboard.md'), path('../README.md')]

const board: Record<string, Board[string]> = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : {}
for (const [name, run] of recorded()) {
  const before = board[name]
  if (before && before.date >= run.date) continue
  board[name] = run
  process.stderr.write(`${name}: ${run.date}, commit ${run.commit}\n`)
}
const inOrder: Board = Object.fromEntries(Object.entries(board).toSorted(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(kept, `${JSON.stringify(inOrder, null, 2)}\n`)
writeFileSync(page, boardPage(inOrder))
writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), inOrder))
process.stderr.write(`${Object.keys(inOrder).length} runs are on the board.\n`)
