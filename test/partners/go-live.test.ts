import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { PartnerDefinition } from '../../src/config/define-hub.ts'
import { type GateFinding, type GatePoint, gateOf } from '../../src/hub/partner-bench/gate.ts'
import { run } from '../cli/run.ts'
import definition from './business.ts'
import { type PlantedFile, planted } from './planted.ts'
import { SampleFiles } from './sample-files.ts'

const CONFIG = join(import.meta.dirname, 'business.ts')
const NOW = Date.parse('2026-01-16T08:00:00Z')
const partners = definition.partners ?? []
const named = (name: string) => partners.find((partner) => partner.name === name) as PartnerDefinition

/** What the gate says of a partner as its files and its profile are. */
function gate(partner: PartnerDefinition, { samples }: SampleFiles): GatePoint[] {
  const all = partners.map((one) => (one.name === partner.name ? partner : one))
  return gateOf({ definition: { ...definition, partners: all }, partner, samples, now: NOW })
}

/** The gate with something planted. */
function spoilt({ partner: name, files, profile }: PlantedFile): GatePoint[] {
  const changed = new SampleFiles(name)
  files?.(changed)
  return gate(profile ? profile(named(name)) : named(name), changed)
}

const isCaught = ({ point, code, place = '' }: PlantedFile, points: readonly GatePoint[]): boolean => {
  const found = points.find((one) => one.point === point)
  const names = ({ code: of, place: at = '' }: GateFinding) => of === code && at.startsWith(place)
  return found?.state === 'failed' && (found.findings ?? []).some(names)
}

describe('good files and profiles raise no alarm', () => {
  test.each(partners.map(({ name }) => name))('%s may go live', async (name) => {
    const args = ['partner', 'test', name, '--config', CONFIG, '--json', '--samples', ...SampleFiles.paths(name)]
    const { code, out } = await run(args)
    const { points } = JSON.parse(out) as { points: GatePoint[] }
    expect(points.filter(({ state }) => state !== 'passed')).toEqual([])
    expect(code).toBe(0)
  })
})

describe('what is planted is named by the gate, with its place, and nothing else is', () => {
  test.each(planted)('$id: $what', (one) => {
    const points = spoilt(one)
    expect(points.find(({ point }) => point === one.point)).toMatchObject({ state: 'failed' })
    expect(points.flatMap(({ findings = [] }) => findings)).toContainEqual(
      expect.objectContaining({
        code: one.code,
        ...(one.place === undefined ? {} : { place: expect.stringContaining(one.place) }),
        says: expect.stringMatching(/[a-z]{2,} .*\.$/),
      }),
    )
    const failed = points.filter(({ state }) => state === 'failed').map(({ point }) => point)
    const expected = [one.point, ...(one.also ?? []), ...FOLLOWS]
    expect(failed.filter((point) => !expected.includes(point))).toEqual([])
  })
})

/** What must follow when a document is not taken, or is ours in two places. */
const FOLLOWS = [
  'acknowledged',
  'documents are understood',
  'sets are sound',
  'our 855',
  'our 856',
  'our 810',
  'our 204',
]

describe('without the rule, what it finds goes through', () => {
  const ofGuide = planted.filter(({ code, profile }) => code.startsWith('XD_EDI_GUIDE') && profile === undefined)
  test.each(ofGuide)('$id: the guide', (one) => {
    const { guide: _, ...speaks } = named(one.partner).speaks
    const changed = new SampleFiles(one.partner)
    one.files?.(changed)
    const points = gate({ ...named(one.partner), speaks }, changed)
    expect(isCaught(one, points)).toBe(false)
    expect(points.filter(({ state }) => state === 'failed')).toEqual([])
  })

  test.each(planted.filter(({ point }) => point === 'documents agree'))('$id: what it is about', (one) => {
    const files = new SampleFiles(one.partner)
    one.files?.(files)
    for (const { name } of files.samples) if (/^(order-|our-940|our-204)/.test(name)) files.remove(name)
    expect(isCaught(one, gate(named(one.partner), files))).toBe(false)
  })
})

test('of what is planted in files and profiles, all is caught', () => {
  const kinds = Map.groupBy(planted, ({ kind }) => kind)
  const table = [...kinds].map(([kind, ones]) => {
    const caught = ones.filter((one) => isCaught(one, spoilt(one))).length
    return [kind, `${caught} of ${ones.length}`]
  })
  console.info(table.map(([kind, says]) => `${kind}: ${says}`).join('\n'))
  expect(Object.fromEntries(table)).toEqual({
    envelope: '7 of 7',
    structure: '6 of 6',
    code: '6 of 6',
    condition: '9 of 9',
    'business value': '16 of 16',
    'ours by their guide': '6 of 6',
  })
  expect(new Set(planted.map(({ id }) => id)).size).toBe(50)
})

test('the command says it in a line, and does not let the partner go live', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'go-live-'))
  const files = new SampleFiles('grandview').replace('our-856.edi', 'SN1**120*EA', 'SN1**130*EA')
  const paths = await Promise.all(
    files.samples.map(async ({ name, bytes }) => {
      await writeFile(join(folder, name), bytes)
      return join(folder, name)
    }),
  )
  const { code, out } = await run(['partner', 'test', 'grandview', '--config', CONFIG, '--samples', ...paths])
  await rm(folder, { recursive: true })
  expect(code).toBe(1)
  expect(out).toContain(
    'our-856.edi, 856 0001, SN102 (segment 17): What is shipped of line 1 comes to 130 EA; order GV-10001 has 120 EA.',
  )
  expect(out).toMatch(/grandview may not go live yet: \d failed/)
})
