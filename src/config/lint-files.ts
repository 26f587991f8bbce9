import type { FlatFile } from '../documents/flat/flat-file.ts'
import type { HubDefinition } from './define-hub.ts'
import { type Finding, wrong } from './finding.ts'

/** Flat files that nobody could tell apart, and snapshots of stock that belongs to no facility. */
export function lintFiles({ systems, partners = [] }: HubDefinition): Finding[] {
  const senders = [
    ...Object.entries(systems).map(([name, { files, facility }]) => ({ where: `systems.${name}`, files, facility })),
    ...partners.map(({ files, facility }, at) => ({ where: `partners[${at}]`, files, facility })),
  ]
  return senders.flatMap(({ where, files = [], facility }) =>
    files.flatMap((file, at) => [
      ...toldApart(files, at, `${where}.files[${at}]`),
      ...(file.holds === 'stock' && file.complete && facility === undefined
        ? [
            wrong(
              `${where}.files[${at}]`,
              `${file.name} is complete, and its sender has no facility that it could be complete for.`,
            ),
          ]
        : []),
    ]),
  )
}

function toldApart(files: readonly FlatFile[], at: number, where: string): Finding[] {
  const { name, files: pattern } = files[at] as FlatFile
  const before = files.slice(0, at)
  if (before.some((other) => other.name === name)) return [wrong(where, `Two files are called ${name}.`)]
  if (!before.some((other) => other.files === pattern)) return []
  return [wrong(where, `${name} has the file names of another declaration, so its files could not be told apart.`)]
}
