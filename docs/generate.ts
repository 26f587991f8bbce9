/** Writes the generated pages of `docs/reference`: `npm run -s docs`. A test fails while one is not fresh. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pages } from '../test/house/pages/pages.ts'

for (const [name, page] of Object.entries(pages)) {
  writeFileSync(fileURLToPath(new URL(`./reference/${name}`, import.meta.url)), await page())
  process.stderr.write(`docs/reference/${name}\n`)
}
