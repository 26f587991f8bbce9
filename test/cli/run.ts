import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { runCli } from '../../src/cli/program.ts'
import type { ExitCode, Terminal } from '../../src/cli/terminal.ts'

/** What a command line said and how it ended. */
export interface Run {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** What is behind the command: its environment, its standard input, its colours. */
export interface RunWorld {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: Uint8Array
  readonly colours?: boolean
}

export const root = fileURLToPath(new URL('../../', import.meta.url))
export const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))

/** Runs a command line in this process: every word of it goes through here. */
export async function run(
  args: readonly string[],
  { env = {}, stdin, colours = false }: RunWorld = {},
): Promise<Run & { code: ExitCode }> {
  const out: string[] = []
  const err: string[] = []
  const terminal: Terminal = {
    out: (text) => void out.push(`${text}\n`),
    say: (text) => void err.push(`${text}\n`),
    env,
    read: async (file) => (file === '-' ? (stdin ?? new Uint8Array()) : readFile(file)),
    stream: async function* (file) {
      yield* inPieces(await this.read(file))
    },
    fetch: (input, init) => fetch(input, init),
    colours,
  }
  const code = await runCli(args, terminal)
  return { code, out: out.join(''), err: err.join('') }
}

function* inPieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000)
}

/** Runs `crossdock` as a process of its own, as a person would. */
export function runProcess(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const child = spawn(process.execPath, [`${root}bin/crossdock.js`, ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (bytes) => {
    said.out += bytes
  })
  child.stderr.on('data', (bytes) => {
    said.err += bytes
  })
  child.stdin.end()
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...said }))
  })
}
