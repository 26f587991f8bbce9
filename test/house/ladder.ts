/**
 * The ladder of imports (ARCHITECTURE.md): a line may use what stands below it, never what stands beside or above.
 * Rooms of level 4 speak only through the journal.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'

/** A place in `src/` and the places it may import from, besides itself. */
interface Rung {
  readonly place: string
  readonly mayUse: readonly string[]
}

const memory = [
  'base',
  'edi',
  'documents',
  'store',
  'lifecycle',
  'identity',
  'connectors/contract',
  'journal/contract',
  'journal',
]
const rooms = [
  'intake',
  'telemetry',
  'process',
  'inventory',
  'delivery',
  'replay',
  'reconciliation',
  'cases',
  'governance',
  'visibility',
]
const belowConfig = [...memory, ...rooms, 'connectors']
const belowGateway = [...belowConfig, 'config']
const belowHub = [...belowGateway, 'gateway']

/** The table. What is not in it may import nothing at all, so a new place has to be put here first. */
export const ladder: readonly Rung[] = [
  { place: 'base', mayUse: [] },
  { place: 'edi', mayUse: ['base'] },
  { place: 'documents', mayUse: ['base', 'edi'] },
  { place: 'store', mayUse: ['base', 'edi', 'documents'] },
  // A room's contract names events, and lifecycle is itself a room: the two contracts are one rung with it.
  { place: 'journal/contract', mayUse: ['base', 'store', 'lifecycle', 'connectors/contract'] },
  { place: 'lifecycle', mayUse: ['base', 'edi', 'documents', 'store', 'journal/contract'] },
  { place: 'identity', mayUse: ['base', 'edi', 'documents', 'store'] },
  { place: 'connectors/contract', mayUse: ['base', 'edi', 'documents', 'store'] },
  { place: 'connectors', mayUse: ['base', 'edi', 'documents', 'connectors/contract'] },
  { place: 'journal', mayUse: memory },
  ...rooms.map((place) => ({ place, mayUse: memory })),
  { place: 'simulators', mayUse: ['base', 'edi', 'documents'] },
  { place: 'checker', mayUse: [] },
  { place: 'config', mayUse: belowConfig },
  { place: 'gateway', mayUse: belowGateway },
  { place: 'hub', mayUse: belowHub },
  { place: 'cli', mayUse: [...belowHub, 'hub', 'simulators', 'checker'] },
  { place: 'index', mayUse: [...belowHub, 'hub'] },
]

/** One import that goes up or sideways, and where the line would belong. */
export interface Violation {
  readonly file: string
  readonly imports: string
  readonly says: string
}

/** The place of a file in `src/`: its room, or one of the few files that stand alone. */
export function placeOf(file: string): string {
  if (file === 'connectors/contract.ts' || file === 'connectors/conformance.ts') return 'connectors/contract'
  if (file === 'journal/contract.ts' || file === 'journal/route.ts') return 'journal/contract'
  if (file === 'hub.ts' || file === 'core.ts' || file.startsWith('hub/')) return 'hub'
  return file === 'index.ts' ? 'index' : (file.split('/')[0] as string)
}

const IMPORT =
  /^\s*(?:import|export)\b[^'"]*?from\s*['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]\s*\)|^\s*import\s*['"](\.[^'"]+)['"]/gm

/** The package importing itself through its exports. */
const OWN_NAME = /(?:from|import\()\s*['"](crossdock(?:\/[^'"]*)?)['"]/g

/** What breaks the ladder among these files: paths relative to `src/`, with their text. Tests may import anything. */
export function violations(files: ReadonlyMap<string, string>): Violation[] {
  const found: Violation[] = []
  for (const [file, text] of files) {
    if (/\.test\.ts$/.test(file) || file.includes('/testing/')) continue
    const place = placeOf(file)
    const rung = ladder.find((candidate) => candidate.place === place)
    for (const [, name] of text.matchAll(OWN_NAME)) {
      found.push({
        file,
        imports: name as string,
        says: `src/${file}: may not use ${name}/ by the package's own name; the ladder cannot see it.`,
      })
    }
    for (const match of text.matchAll(IMPORT)) {
      const imports = normalize(join(dirname(file), (match[1] ?? match[2] ?? match[3]) as string))
      const target = imports.startsWith('..')
        ? 'outside src'
        : imports.includes('/testing/')
          ? 'testing'
          : placeOf(imports)
      if (target === place || rung?.mayUse.includes(target)) continue
      if (place === 'connectors' && target === 'connectors') continue
      found.push({ file, imports, says: sentence(file, place, target) })
    }
  }
  return found
}

function sentence(file: string, place: string, target: string): string {
  const users = ladder.filter((rung) => rung.mayUse.includes(target)).map((rung) => rung.place)
  return `src/${file}: ${place}/ may not use ${target}/. A line that needs it belongs in ${users.join(', ') || 'no room'}; rooms beside each other speak through the journal.`
}

/** All TypeScript files below a folder, relative to it. */
export function sourcesBelow(folder: string): Map<string, string> {
  const files = new Map<string, string>()
  const visit = (path: string) => {
    for (const name of readdirSync(path)) {
      const full = join(path, name)
      if (statSync(full).isDirectory()) visit(full)
      else if (full.endsWith('.ts')) files.set(relative(folder, full), readFileSync(full, 'utf8'))
    }
  }
  visit(folder)
  return files
}
