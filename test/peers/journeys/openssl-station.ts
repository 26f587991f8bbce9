import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { decoded, parameter, partsIn, readEntity } from '../../../src/connectors/as2/mime.ts'
import type { Mailbag } from '../../../src/simulators/edi/mailbag.ts'

const run = promisify(execFile)

/** Who the station is and whom it trades with: AS2 names, and certificates as PEM text. */
export interface StationOptions {
  readonly name: string
  readonly key: string
  readonly certificate: string
  readonly theirName: string
  readonly theirCertificate: string
  /** Where the other side takes messages. */
  readonly url: string
}

/**
 * A retailer's AS2 station whose every signature, digest and encryption is OpenSSL's: it opens and verifies what comes,
 * answers with a signed receipt, signs and encrypts what goes, and believes a receipt only for what it sent.
 */
export class OpensslStation implements Mailbag {
  readonly #options: StationOptions
  readonly #came = new Map<string, Uint8Array>()
  readonly #seen = new Map<string, Buffer>()
  #folder = ''
  #server: Server | undefined
  #next = 0
  /** Messages that came more than once, by their ids. */
  readonly repeats: string[] = []
  /** Answers 503 to whatever comes. */
  isDown = false

  constructor(options: StationOptions) {
    this.#options = options
  }

  async open(port: number): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'crossdock-station-'))
    const { key, certificate, theirCertificate } = this.#options
    const files = { 'own.key': key, 'own.pem': certificate, 'their.pem': theirCertificate }
    for (const [name, text] of Object.entries(files)) await writeFile(this.#at(name), text)
    const server = createServer((request, response) => void this.#answer(request, response))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server?.close(resolve))
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** Sends a file as one message, and sends it again under its id until its receipt is there. */
  async drop(name: string, content: Uint8Array): Promise<void> {
    const { name: us, theirName: them, url } = this.#options
    const head = `Content-Type: application/edi-x12\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: binary\r\n\r\n`
    const part = Buffer.concat([Buffer.from(head), content])
    const [plain, signed, sealed] = await this.#put({ plain: part, signed: '', sealed: '' })
    await this.#openssl(
      '-sign',
      '-in',
      plain,
      '-signer',
      'own.pem',
      '-inkey',
      'own.key',
      '-binary',
      '-md',
      'sha256',
      '-out',
      signed,
    )
    await this.#openssl('-encrypt', '-aes256', '-in', signed, '-binary', '-outform', 'DER', '-out', sealed, 'their.pem')
    const body = await readFile(this.#at(sealed))
    const id = `<${sealed}.${name}@${us.replace(/\W/g, '')}>`
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const answer = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          'as2-version': '1.2',
          'as2-from': `"${us}"`,
          'as2-to': them,
          'message-id': id,
          'content-type': 'application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m',
          'disposition-notification-to': 'edi@bigbox.example',
          'disposition-notification-options':
            'signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha-256',
        },
      })
      const said = Buffer.from(await answer.arrayBuffer())
      if (answer.status === 200) return this.#believe(id, part, answer.headers.get('content-type') ?? '', said)
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    throw new Error(`${id} was not taken`)
  }

  async waiting(): Promise<readonly string[]> {
    return [...this.#came.keys()]
  }

  async read(name: string): Promise<Uint8Array> {
    return this.#came.get(name) ?? new Uint8Array()
  }

  async done(name: string): Promise<void> {
    this.#came.delete(name)
  }

  /** The receipt of what was sent: signed by them, about this message, with the digest of what was in it. */
  async #believe(id: string, part: Buffer, type: string, said: Buffer): Promise<void> {
    const [receipt] = await this.#put({ receipt: Buffer.concat([Buffer.from(`Content-Type: ${type}\r\n\r\n`), said]) })
    const text = (await this.#openssl('-verify', '-in', receipt, '-CAfile', 'their.pem', '-purpose', 'any')).toString()
    const mic = createHash('sha256').update(part).digest('base64')
    for (const wanted of [`Original-Message-ID: ${id}`, `Received-Content-MIC: ${mic}, sha-256`, '; processed\r\n'])
      if (!text.includes(wanted)) throw new Error(`The receipt of ${id} does not say “${wanted}”: ${text}`)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (this.isDown) {
      response.writeHead(503).end()
      return
    }
    const id = String(request.headers['message-id'])
    const again = this.#seen.get(id)
    if (again) this.repeats.push(id)
    const receipt = again ?? (await this.#take(id, Buffer.concat(chunks)))
    this.#seen.set(id, receipt)
    const { headers, body } = readEntity(receipt)
    response.writeHead(200, { ...headers, 'as2-from': this.#options.name, 'as2-to': this.#options.theirName }).end(body)
  }

  /** Opens a message, verifies who signed it, keeps what was in it, and signs the receipt. */
  async #take(id: string, sealed: Buffer): Promise<Buffer> {
    const [came, entity, content, signature, kept] = await this.#put({
      came: sealed,
      entity: '',
      content: '',
      signature: '',
      kept: '',
    })
    await this.#openssl(
      '-decrypt',
      '-inform',
      'DER',
      '-in',
      came,
      '-recip',
      'own.pem',
      '-inkey',
      'own.key',
      '-binary',
      '-out',
      entity,
    )
    const { headers, body } = readEntity(await readFile(this.#at(entity)))
    const [part, proof] = partsIn(body, parameter(headers['content-type'], 'boundary') ?? '')
    if (!part || !proof) throw new Error('The message is not signed.')
    await writeFile(this.#at(content), part.raw)
    await writeFile(this.#at(signature), decoded(proof))
    await this.#openssl(
      ...['-verify', '-inform', 'DER', '-in', signature, '-content', content, '-binary'],
      ...['-CAfile', 'their.pem', '-purpose', 'any', '-out', kept],
    )
    this.#came.set(parameter(part.headers['content-disposition'], 'filename') ?? id, decoded(part))
    return this.#receipt(id, createHash('sha256').update(part.raw).digest('base64'))
  }

  async #receipt(id: string, mic: string): Promise<Buffer> {
    const report = [
      'Content-Type: multipart/report; report-type=disposition-notification; boundary="r"',
      '',
      '--r',
      'Content-Type: text/plain',
      '',
      'Taken.',
      '--r',
      'Content-Type: message/disposition-notification',
      '',
      `Final-Recipient: rfc822; ${this.#options.name}`,
      `Original-Message-ID: ${id}`,
      'Disposition: automatic-action/MDN-sent-automatically; processed',
      `Received-Content-MIC: ${mic}, sha-256`,
      '',
      '--r--',
      '',
    ]
    const [plain, signed] = await this.#put({ report: Buffer.from(report.join('\r\n')), signed: '' })
    await this.#openssl(
      '-sign',
      '-in',
      plain,
      '-signer',
      'own.pem',
      '-inkey',
      'own.key',
      '-binary',
      '-md',
      'sha256',
      '-out',
      signed,
    )
    return readFile(this.#at(signed))
  }

  /** Files of their own for one piece of work; empty ones are for OpenSSL to write. */
  async #put(files: Readonly<Record<string, Uint8Array | string>>): Promise<[string, string, string, string, string]> {
    this.#next += 1
    const work = this.#next // others begin meanwhile
    const names: string[] = []
    for (const [name, bytes] of Object.entries(files)) {
      names.push(`${work}.${name}`)
      if (bytes !== '') await writeFile(this.#at(`${work}.${name}`), bytes)
    }
    return names as [string, string, string, string, string]
  }

  async #openssl(...args: readonly string[]): Promise<Buffer> {
    const { stdout } = await run(process.env['CROSSDOCK_PEER_OPENSSL'] as string, ['cms', ...args], {
      cwd: this.#folder,
      encoding: 'buffer',
    })
    return stdout
  }

  #at(name: string): string {
    return join(this.#folder, name)
  }
}
