import { sha256 } from "@noble/hashes/sha2.js";

/** So long at most the page waits for its thread. */
const SLICE_MS = 12;

/**
 * Finds the number that the worker asks of who agrees on a very busy day: SHA-256(`TICKET.KEY.NUMBER`) begins
 * with so many zero bits. In slices, because the page goes on meanwhile; `crypto.subtle` is not there
 * without HTTPS, and a worker is what a strict policy forbids.
 * @param challenge the header `C360-Challenge`: `ticket=TICKET, bits=15`
 * @param key the Idempotency-Key of the request
 * @returns `TICKET.NUMBER`
 */
export async function solve(challenge: string, key: string): Promise<string> {
  const [, ticket = "", bits = ""] = /^ticket=([\w.-]+), bits=(\d+)$/.exec(challenge) ?? [];
  const encoder = new TextEncoder();
  for (let number = 0, until = 0; ; number++) {
    if (number % 64 === 0 && performance.now() > until) {
      await new Promise((resolve) => setTimeout(resolve));
      until = performance.now() + SLICE_MS;
    }
    const hash = sha256(encoder.encode(`${ticket}.${key}.${number}`));
    const [a = 0, b = 0, c = 0, d = 0] = hash;
    if (Math.clz32((a << 24) | (b << 16) | (c << 8) | d) >= Number(bits)) return `${ticket}.${number}`;
  }
}
