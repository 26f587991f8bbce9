/**
 * A number in [0, 1) that depends only on the seed and on what it is about. Business decisions of a simulator (is this
 * line short, is this release deferred) are drawn this way, so that they are the same in every run of one seed, however
 * the messages interleave.
 *
 * @example
 * draw(7, 'short/R-1/3') < 0.05 // true for the same lines every time
 */
export function draw(seed: number, about: string): number {
  let mixed = (seed ^ 0x811c9dc5) >>> 0
  for (let at = 0; at < about.length; at += 1) {
    mixed = Math.imul(mixed ^ about.charCodeAt(at), 0x01000193)
  }
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 0x1_0000_0000
}

/** A whole number from `least` to `most`, both included, drawn like {@link draw}. */
export function drawBetween(seed: number, about: string, least: number, most: number): number {
  return least + Math.floor(draw(seed, about) * (most - least + 1))
}

/** One of the choices, drawn like {@link draw}. The list must not be empty. */
export function drawOne<T>(seed: number, about: string, choices: readonly T[]): T {
  return choices[Math.floor(draw(seed, about) * choices.length)] as T
}
