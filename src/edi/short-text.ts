const SLOTS = 4096
const WAYS = 4
const HIGHEST = 0x7f

/** Lengths and bytes as one number, and the text made of them. A text has {@link WAYS} slots it may be in. */
const keys = new Int32Array(SLOTS)
const texts = new Array<string>(SLOTS).fill('')

/**
 * The text of up to four ASCII bytes; undefined for others. Tags, qualifiers, units and small numbers come again and again:
 * they are made once, and made so that the engine compares them by their address.
 */
export function shortText(bytes: Uint8Array, start: number, end: number): string | undefined {
  let key = end - start
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!
    if (byte > HIGHEST) return undefined
    key = (key << 7) | byte
  }
  if (key === 0) return ''
  const slot = Math.imul(key, 0x9e3779b1) >>> 20
  return keys[slot] === key ? texts[slot] : besides(key, slot, bytes, start, end)
}

function besides(key: number, home: number, bytes: Uint8Array, start: number, end: number): string {
  for (let way = 1; way < WAYS; way++) if (keys[home ^ way] === key) return texts[home ^ way] as string
  return remembered(key, home, bytes, start, end)
}

function remembered(key: number, home: number, bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!)
  // the name of a member is a text the engine keeps once
  const [kept] = Object.keys({ [text]: 0 }) as [string]
  let slot = home
  for (let way = 0; way < WAYS; way++) if (keys[home ^ way] === 0) slot = home ^ way
  keys[slot] = key
  texts[slot] = kept
  return kept
}
