import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { zip } from './testing/zip.ts'
import { isArchive, unpack } from './unpack.ts'

const texts = (bytes: Uint8Array) =>
  unpack('a.zip', bytes).files?.map((file) => [file.name, `${Buffer.from(file.bytes)}`])
const faultOf = (bytes: Uint8Array, limits = {}) => unpack('a.zip', bytes, limits).fault

test('files of a ZIP and of a gzip file are read, packed or stored, folders left out', () => {
  const archive = zip(
    { name: 'out/', content: '', stored: true },
    { name: 'out/850.edi', content: 'ISA*1' },
    { name: 'b c.edi', content: 'ISA*2', stored: true },
    { name: 'empty', content: '' },
  )
  expect(texts(archive)).toEqual([
    ['out/850.edi', 'ISA*1'],
    ['b c.edi', 'ISA*2'],
    ['empty', ''],
  ])
  expect(texts(Buffer.concat([archive.subarray(0, -2), Buffer.from([3, 0]), Buffer.from('yes')]))).toHaveLength(3)
  expect(unpack('850.edi.gz', gzipSync('ISA*3')).files).toEqual([{ name: '850.edi', bytes: Buffer.from('ISA*3') }])
})

test('archives are told by their first bytes, whatever they are called', () => {
  expect([zip(), zip({ name: 'a', content: 'b' }), gzipSync('')].map(isArchive)).toEqual([true, true, true])
  expect(['PKG,QTY', 'PK', 'ISA*00', '', '{}'].map((text) => isArchive(Buffer.from(text)))).not.toContain(true)
})

test('S05: a bomb is refused before it is opened, or as soon as it is larger than it said', () => {
  const zeros = Buffer.alloc(1_000_000)
  const TOO_LARGE = expect.stringContaining('larger than')
  expect(faultOf(zip({ name: 'a', content: zeros }))).toEqual(TOO_LARGE)
  expect(faultOf(gzipSync(zeros))).toEqual(TOO_LARGE)
  expect(faultOf(zip({ name: 'a', content: 'x'.repeat(101) }), { mostBytes: 100 })).toEqual(TOO_LARGE)
  expect(faultOf(zip({ name: 'a', content: zeros, saysSize: 10 }))).toBe('a in it is not what its entry says')
  const shared = { name: 'a', content: zeros.subarray(0, 9_000), at: 0 }
  expect(faultOf(zip(shared, shared))).toBe('files in it share their bytes')
  const many = Array.from({ length: 1_001 }, (_, at) => ({ name: `${at}`, content: '' }))
  expect(faultOf(zip(...many))).toBe('it has 1001 files, more than 1000')
  expect(texts(zip(...many.slice(1)))).toHaveLength(1_000)
})

test('S05: an archive in an archive is refused', () => {
  for (const inner of [zip({ name: 'a', content: 'b' }), gzipSync('b')]) {
    expect(faultOf(zip({ name: 'inner.dat', content: inner }))).toBe('inner.dat in it is an archive itself')
    expect(faultOf(gzipSync(inner))).toBe('a.zip in it is an archive itself')
  }
})

test.each(['../850.edi', '/etc/passwd', 'a/../../b', '..\\850.edi', 'C:850.edi', 'a\0.edi'])(
  'S05: a name that leads elsewhere (%j) refuses the whole archive',
  (name) => {
    expect(faultOf(zip({ name: 'good.edi', content: 'ISA' }, { name, content: 'ISA' }))).toBe(
      'a name in it leads out of it',
    )
  },
)

test.each([
  ['a link', { mode: 0o120777 }, 'a in it is a link'],
  ['a password', { flags: 1 }, 'a in it has a password'],
  ['a way of packing that nobody knows', { method: 12 }, 'a in it is packed in a way that is not read here'],
  ['a wrong checksum', { saysChecksum: 1 }, 'a in it is not what its entry says'],
  ['more bytes than it has', { saysSize: 300 }, 'a in it is not what its entry says'],
  ['another name before its bytes', { localName: 'b' }, 'it is no whole ZIP file'],
  ['a size that stands elsewhere', { saysSize: 0xffffffff }, 'it is no whole ZIP file'],
] as const)('%s is refused', (_what, more, fault) => {
  expect(faultOf(zip({ name: 'a', content: 'x'.repeat(200), ...more }))).toBe(fault)
})

test('whatever an archive is cut to or changed in, it is read or refused, and never throws', () => {
  const whole = zip({ name: '850.edi', content: 'ISA*1' }, { name: 'b', content: 'ISA*2', stored: true })
  for (const archive of [whole, gzipSync('ISA*1')])
    for (let at = 0; at < archive.length; at += 1) {
      expect(unpack('a', archive.subarray(0, at)).fault).toBeDefined()
      const changed = Buffer.from(archive)
      changed[at] = (changed[at] as number) ^ 0xff
      const { files, fault } = unpack('a', changed)
      expect(files !== undefined || fault !== undefined).toBe(true)
    }
})
