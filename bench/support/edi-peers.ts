import { createRequire } from 'node:module'
import { join } from 'node:path'
import { isInstalled, versionOf } from '../chain/peer-module.ts'

export type EdiLanguage = 'x12' | 'edifact'

/** A parser from npm that is measured beside ours; `read` is absent where it is not installed. */
export interface Peer {
  readonly name: string
  readonly version?: string
  readonly read?: (text: string) => unknown
}

const required = createRequire(join(import.meta.dirname, '../peers/package.json'))

/** The peer of a language: node-x12, which makes a tree, or edifact, which makes lists of segments. */
export function peerOf(language: EdiLanguage): Peer {
  const name = language === 'x12' ? 'node-x12' : 'edifact'
  if (!isInstalled(name)) return { name }
  return { name, version: versionOf(name), read: language === 'x12' ? nodeX12() : edifact() }
}

function nodeX12(): (text: string) => unknown {
  const { X12Parser } = required('node-x12') as {
    X12Parser: new (strict: boolean) => { parse(text: string): unknown }
  }
  return (text) => new X12Parser(false).parse(text)
}

function edifact(): (text: string) => unknown {
  const Reader = required('edifact/reader.js') as new () => { parse(text: string): unknown }
  return (text) => new Reader().parse(text)
}
