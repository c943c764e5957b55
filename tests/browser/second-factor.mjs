// A person's authenticator and their list of recovery codes (RFC 6238: SHA-1, six digits, thirty seconds).

import { createHmac } from 'node:crypto'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function bytesOf(secret) {
  let bits = ''
  for (const letter of secret.toUpperCase().replace(/[^A-Z2-7]/g, '')) bits += alphabet.indexOf(letter).toString(2).padStart(5, '0')
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
}

export class Authenticator {
  #key
  #used = 0
  #spare = []

  /** What the page shows to be typed into the application. */
  constructor(secret) {
    this.#key = bytesOf(secret)
  }

  /** The list that was printed. */
  keep(codes) {
    this.#spare = [...codes]
  }

  /** The code that the application shows now; one is good once, and then the list helps. */
  code() {
    const step = Math.floor(Date.now() / 30_000)
    if (step <= this.#used) return this.#spare.shift()
    this.#used = step
    const counter = Buffer.alloc(8)
    counter.writeBigUInt64BE(BigInt(step))
    const hash = createHmac('sha1', this.#key).update(counter).digest()
    const at = hash[19] & 15
    return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
  }
}
