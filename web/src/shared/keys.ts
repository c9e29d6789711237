/** Idempotency keys: made once for an act, sent with every try of it. */

/** 128 random bits in hex. `crypto.randomUUID` is missing on a plain-HTTP LAN, `getRandomValues` is not. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
