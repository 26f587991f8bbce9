const SLOTS = 8192
const HIGHEST = 0x7f

/** Lengths and bytes as one number, and the text made of them. A text has two slots it may be in; a later one takes its place. */
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
  const slot = Math.imul(key, 0x9e3779b1) >>> 19
  if (keys[slot] === key) return texts[slot]
  return keys[slot ^ 1] === key ? texts[slot ^ 1] : remembered(key, slot, bytes, start, end)
}

function remembered(key: number, home: number, bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!)
  // the name of a member is a text the engine keeps once
  const [kept] = Object.keys({ [text]: 0 }) as [string]
  const slot = keys[home] === 0 || keys[home ^ 1] !== 0 ? home : home ^ 1
  keys[slot] = key
  texts[slot] = kept
  return kept
}
