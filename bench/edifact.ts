import { createRequire } from 'node:module'
import { join } from 'node:path'
import { isInstalled, versionOf } from './chain/peer-module.ts'
import { budgets } from './support/budgets.ts'
import { ediBench, type Peer } from './support/edi-bench.ts'
import { edifactFiles, readEdifactDocuments } from './support/edi-files.ts'
import { installPeers } from './support/peers.ts'
import type { BenchOptions, BenchResult } from './support/result.ts'

/**
 * EDIFACT from bytes to validated documents, every message by itself, in turn with JSON.parse of the same documents and
 * with the parser `edifact`, which makes lists of segments and maps nothing. The floors are for each of them.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  installPeers(['edifact'])
  return ediBench(
    {
      name: 'edifact',
      files: edifactFiles(options.quick ? 1 : 3),
      read: readEdifactDocuments,
      peer: edifactParser(),
      budgets: { toJsonParse: budgets.edifactToJsonParse, toPeer: budgets.toEdifactParser },
    },
    options,
  )
}

function edifactParser(): Peer {
  const name = 'edifact'
  if (!isInstalled(name)) return { name }
  const Reader = createRequire(join(import.meta.dirname, 'peers/package.json'))('edifact/reader.js') as new () => {
    parse(text: string): unknown
  }
  return { name, version: versionOf(name), read: (text) => new Reader().parse(text) }
}
