import { isUtf8 } from 'node:buffer'

/** How bytes above 0x7f are turned into text: a label that TextDecoder knows, or `latin1` for one character a byte. */
export type Charset =
  | 'latin1'
  | 'utf-8'
  | 'windows-1250'
  | 'windows-1252'
  | 'windows-1254'
  | 'iso-8859-2'
  | 'iso-8859-3'
  | 'iso-8859-4'
  | 'iso-8859-5'
  | 'iso-8859-6'
  | 'iso-8859-7'
  | 'iso-8859-8'
  | 'iso-8859-15'

/** What a syntax identifier says about characters. */
interface Repertoire {
  /** Absent where only seven bits may be used. */
  readonly charset?: Charset
  /** ASCII characters that may not stand in data. */
  readonly without: string
}

const SMALL = 'abcdefghijklmnopqrstuvwxyz'
/** What ISO 646 has and neither level A nor level B allows. */
const NEITHER = '#@[]{}\\|^`~$_'

const seven = (without: string): Repertoire => ({ without })
const iso = (charset: Charset): Repertoire => ({ charset, without: '' })

/** The repertoires of ISO 9735; those of the airlines (IATA, IATB) are levels A and B in all but name. */
const REPERTOIRES: Readonly<Record<string, Repertoire>> = {
  UNOA: seven(SMALL + NEITHER),
  UNOB: seven(NEITHER),
  IATA: seven(''),
  IATB: seven(''),
  UNOC: iso('latin1'),
  UNOD: iso('iso-8859-2'),
  UNOE: iso('iso-8859-5'),
  UNOF: iso('iso-8859-7'),
  UNOG: iso('iso-8859-3'),
  UNOH: iso('iso-8859-4'),
  UNOI: iso('iso-8859-6'),
  UNOJ: iso('iso-8859-8'),
  UNOK: iso('windows-1254'), // the same above 0x9f, and 0x80 to 0x9f are refused first
  UNOW: { charset: 'utf-8', without: '' },
  UNOY: { charset: 'utf-8', without: '' },
}

/** UNOX switches character sets by escape sequences in the middle of the data. */
export const SWITCHING = 'UNOX'

/** What a syntax identifier allows; undefined for one we do not know. */
export const repertoireOf = (syntax: string): Repertoire | undefined =>
  Object.hasOwn(REPERTOIRES, syntax) ? REPERTOIRES[syntax] : undefined

/** How the high bytes of a message are read, and what has to be said about it. */
export interface Decoding {
  readonly charset: Charset
  readonly says?: 'CHARACTERS_OTHER' | 'CHARACTERS_UNSURE'
}

/**
 * Decides how bytes above 0x7f are read. Strict first: what is declared, if the bytes can be that. Then the partner's profile;
 * then UTF-8, which hardly any other text is by chance. Else nobody knows, and the message is not accepted.
 */
export function decodingOf(syntax: string, bytes: Uint8Array, start: number, end: number, profile?: Charset): Decoding {
  const declared = repertoireOf(syntax)
  if (declared?.charset === 'utf-8') {
    if (isUtf8(bytes.subarray(start, end))) return { charset: 'utf-8' }
    return profile ? { charset: profile, says: 'CHARACTERS_OTHER' } : { charset: 'latin1', says: 'CHARACTERS_UNSURE' }
  }
  if (profile !== undefined) {
    if (declared?.charset === profile) return { charset: profile }
    return { charset: profile, says: 'CHARACTERS_OTHER' }
  }
  if (declared?.charset !== undefined && !hasUpperControl(bytes, start, end)) return { charset: declared.charset }
  if (isUtf8(bytes.subarray(start, end))) return { charset: 'utf-8', says: 'CHARACTERS_OTHER' }
  return { charset: declared?.charset ?? 'latin1', says: 'CHARACTERS_UNSURE' }
}

/** `latin` (one character for each byte) read again in its character set. */
export function decodedText(latin: string, charset: Charset): string {
  if (charset === 'latin1' || !hasHigh(latin)) return latin
  return decoderOf(charset).decode(Buffer.from(latin, 'latin1'))
}

const decoders = new Map<Charset, InstanceType<typeof TextDecoder>>()

function decoderOf(charset: Charset): InstanceType<typeof TextDecoder> {
  const ready = decoders.get(charset)
  if (ready) return ready
  const decoder = new TextDecoder(charset, { ignoreBOM: true })
  decoders.set(charset, decoder)
  return decoder
}

function hasUpperControl(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i]! >= 0x80 && bytes[i]! < 0xa0) return true
  return false
}

function hasHigh(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return true
  return false
}
