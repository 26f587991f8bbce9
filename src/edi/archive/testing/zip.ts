import { crc32, deflateRawSync } from 'node:zlib'

/** A file of a ZIP that is made here; what is absent is as honest programs write it. */
export interface Zipped {
  readonly name: string
  readonly content: string | Uint8Array
  readonly stored?: boolean
  readonly flags?: number
  readonly method?: number
  /** Unix mode of the file. */
  readonly mode?: number
  readonly saysSize?: number
  readonly saysChecksum?: number
  readonly localName?: string
  /** Where its head is said to be: of another file, for a bomb. */
  readonly at?: number
}

/** A ZIP archive with whatever its files say of themselves. */
export function zip(...files: readonly Zipped[]): Buffer {
  const heads: Buffer[] = []
  const listed: Buffer[] = []
  let at = 0
  for (const file of files) {
    const content = Buffer.from(file.content as string)
    const packed = file.stored ? content : deflateRawSync(content)
    const head = headOf(file, content, packed)
    heads.push(head)
    listed.push(listedOf(file, content, packed, file.at ?? at))
    at += head.length
  }
  const directory = Buffer.concat(listed)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...heads, directory, end])
}

function common(file: Zipped, content: Buffer, packed: Buffer, name: string): Buffer {
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20)
  fields.writeUInt16LE(file.flags ?? 0, 2)
  fields.writeUInt16LE(file.method ?? (file.stored ? 0 : 8), 4)
  fields.writeUInt32LE(file.saysChecksum ?? crc32(content), 10)
  fields.writeUInt32LE(packed.length, 14)
  fields.writeUInt32LE(file.saysSize ?? content.length, 18)
  fields.writeUInt16LE(Buffer.byteLength(name), 22)
  return fields
}

function headOf(file: Zipped, content: Buffer, packed: Buffer): Buffer {
  const name = file.localName ?? file.name
  return Buffer.concat([Buffer.from('PK\u0003\u0004'), common(file, content, packed, name), Buffer.from(name), packed])
}

function listedOf(file: Zipped, content: Buffer, packed: Buffer, at: number): Buffer {
  const rest = Buffer.alloc(14)
  rest.writeUInt32LE(((file.mode ?? 0o100644) << 16) >>> 0, 6)
  rest.writeUInt32LE(at, 10)
  const made = Buffer.from([20, 3])
  return Buffer.concat([
    Buffer.from('PK\u0001\u0002'),
    made,
    common(file, content, packed, file.name),
    rest,
    Buffer.from(file.name),
  ])
}
