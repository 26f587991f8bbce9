/** The generated pages of `docs/reference`, by file name. */
import { badInputPage } from './bad-input-page.ts'
import { cliPage } from './cli-page.ts'
import { configurationPage } from './configuration-page.ts'
import { errorsPage } from './errors-page.ts'
import { eventsPage } from './events-page.ts'
import { httpPage } from './http-page.ts'

export const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  'bad-input.md': badInputPage,
  'cli.md': cliPage,
  'configuration.md': configurationPage,
  'errors.md': errorsPage,
  'events.md': eventsPage,
  'http.md': httpPage,
}
