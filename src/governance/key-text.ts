import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Random } from '../base/random.ts'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 43 characters of 62 carry 256 bits. */
const SECRET_LENGTH = 43
const CHECKSUM_LENGTH = 6
const LIVE = 'xd_live_'
const SETUP = 'xd_setup_'
const SHAPE = /^xd_(?:live|setup)_[0-9A-Za-z]{49}$/

/** A key for a system: `xd_live_`, 256 random bits, and a checksum by which secret scanners know it. */
export function newKeyText(random: Random): string {
  return withChecksum(LIVE + secretText(random))
}

/** The one-time token that set-up prints. */
export function newSetupText(random: Random): string {
  return withChecksum(SETUP + secretText(random))
}

/** Has the form and the checksum of one of our keys; says nothing about whether it is one. */
export function isKeyText(text: string): boolean {
  return SHAPE.test(text) && withChecksum(text.slice(0, -CHECKSUM_LENGTH)) === text
}

export function isSetupText(text: string): boolean {
  return text.startsWith(SETUP)
}

/** What is stored in place of the key. The key has 256 random bits, so a fast hash without salt is enough. */
export function keyDigest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}

function withChecksum(text: string): string {
  let rest = crc32(text)
  let checksum = ''
  for (let at = 0; at < CHECKSUM_LENGTH; at += 1) {
    checksum = BASE62[rest % 62] + checksum
    rest = Math.floor(rest / 62)
  }
  return text + checksum
}

/** Each byte below 248 gives one character evenly; the others are drawn again. */
function secretText(random: Random): string {
  let text = ''
  while (text.length < SECRET_LENGTH) {
    for (const byte of random.bytes(SECRET_LENGTH)) {
      if (byte < 248 && text.length < SECRET_LENGTH) text += BASE62[byte % 62]
    }
  }
  return text
}
