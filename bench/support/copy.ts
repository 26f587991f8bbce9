import pg from 'pg'

/** What node-postgres offers for COPY and its types leave out. */
interface CopyConnection {
  query(text: string): void
  sendCopyFromChunk(chunk: Uint8Array): void
  endCopyFrom(): void
}

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const END = Buffer.from([0xff, 0xff])

/**
 * Writes bodies into a table of their own with one binary COPY and one commit: the most that one connection of this
 * PostgreSQL takes in. Answers seconds.
 */
export async function copySeconds(url: string, bodies: readonly Uint8Array[]): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('create table bench_copy (id int8 not null, body bytea not null)')
  const chunks = [SIGNATURE, ...inChunks(bodies), END]
  const began = performance.now()
  await copy(client, 'copy bench_copy from stdin (format binary)', chunks)
  const seconds = (performance.now() - began) / 1_000
  await client.end()
  return seconds
}

/** Tuples of 500 rows each: two fields, each with its length before it. */
function inChunks(bodies: readonly Uint8Array[]): Buffer[] {
  const chunks: Buffer[] = []
  for (let from = 0; from < bodies.length; from += 500) {
    const parts = bodies.slice(from, from + 500).flatMap((body, at) => {
      const head = Buffer.alloc(18)
      head.writeInt16BE(2, 0)
      head.writeInt32BE(8, 2)
      head.writeBigInt64BE(BigInt(from + at), 6)
      head.writeInt32BE(body.length, 14)
      return [head, body]
    })
    chunks.push(Buffer.concat(parts))
  }
  return chunks
}

function copy(client: pg.Client, text: string, chunks: readonly Buffer[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const submittable = {
      submit: (connection: CopyConnection) => connection.query(text),
      handleCopyInResponse: (connection: CopyConnection) => {
        for (const chunk of chunks) connection.sendCopyFromChunk(chunk)
        connection.endCopyFrom()
      },
      handleCommandComplete: () => {},
      handleReadyForQuery: () => resolve(),
      handleError: (error: Error) => reject(error),
    }
    client.query(submittable as never)
  })
}
