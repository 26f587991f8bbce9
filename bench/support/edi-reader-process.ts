/** One reader in a process of its own: it is told a kind of document, reads its files, and answers with the CPU seconds it took. */
import { edifactFiles, readEdifactDocuments, readX12Documents, x12Files } from './edi-files.ts'
import { type EdiLanguage, peerOf } from './edi-peers.ts'

const [language, reader, megabytes] = process.argv.slice(2) as [EdiLanguage, 'ours' | 'jsonParse' | 'peer', string]
const kinds = language === 'x12' ? x12Files(Number(megabytes)) : edifactFiles(Number(megabytes))
const read = language === 'x12' ? readX12Documents : readEdifactDocuments
const works = kinds.map(({ files }) => workOf(files))

/** What there is to do with the files of a kind. All read all of them: whoever makes much garbage meets it only in bulk. */
function workOf(files: readonly Buffer[]): readonly (() => unknown)[] {
  if (reader === 'ours') return files.map((file) => () => read(file))
  if (reader === 'jsonParse') {
    const jsons = files.map((file) => JSON.stringify(read(file)))
    return jsons.map((json) => () => JSON.parse(json))
  }
  const parse = peerOf(language).read as (text: string) => unknown
  const texts = files.map((file) => file.toString('latin1'))
  return texts.map((text) => () => parse(text))
}

process.on('message', (kind: number) => {
  const before = process.cpuUsage()
  for (const one of works[kind] ?? []) one()
  const { user, system } = process.cpuUsage(before)
  process.send?.((user + system) / 1e6)
})
process.send?.('ready')
