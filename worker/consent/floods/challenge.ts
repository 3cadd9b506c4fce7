import { sha256 } from "@noble/hashes/sha2.js";
import { sameBytes, utf8 } from "../../ledger/bytes.ts";

/**
 * A challenge for who sends a grant beyond the site's budget: a ticket, and a number to be found for it. Nothing
 * is stored: the ticket is an HMAC over site, notice and minute, and the number holds for one Idempotency-Key.
 */

/** What a ticket is for. */
export interface Occasion {
  readonly site: string;
  readonly noticeHash: string;
}

/** Zero bits that the hash begins with: some 32,000 tries, about a second of a browser. */
export const CHALLENGE_BITS = 15;
const LIFE_MIN = 10;
const MINUTE_MS = 60_000;

/** `TICKET.NUMBER` as a client sends it. */
export const CHALLENGE_ANSWER = /^[0-9a-z]{1,10}-[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{1,32}$/;

/** A ticket that lives ten minutes. @param now UTC milliseconds */
export async function issueTicket(secret: string, occasion: Occasion, now: number): Promise<string> {
  return ticketAt(secret, occasion, Math.floor(now / MINUTE_MS));
}

/**
 * Whether an answer is to a ticket of ours for this occasion, not too old, and its number fits:
 * SHA-256(`TICKET.KEY.NUMBER`) begins with the zero bits.
 */
export async function isAnswered(
  secret: string,
  occasion: Occasion,
  { answer, key, now }: { readonly answer: string; readonly key: string; readonly now: number },
): Promise<boolean> {
  if (!CHALLENGE_ANSWER.test(answer)) return false;
  const [ticket = "", found = ""] = answer.split(".");
  const minute = Number.parseInt(ticket.split("-")[0] ?? "", 36);
  const age = Math.floor(now / MINUTE_MS) - minute;
  if (age < 0 || age > LIFE_MIN) return false;
  if (!sameBytes(utf8(ticket), utf8(await ticketAt(secret, occasion, minute)))) return false;
  return zeroBits(sha256(utf8(`${ticket}.${key}.${found}`))) >= CHALLENGE_BITS;
}

async function ticketAt(secret: string, { site, noticeHash }: Occasion, minute: number): Promise<string> {
  const usage = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", new Uint8Array(utf8(secret)), usage, false, ["sign"]);
  const words = utf8(`callers360 consent challenge v1\n${site}\n${noticeHash}\n${minute}`);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, new Uint8Array(words)));
  return `${minute.toString(36)}-${base64url(mac.subarray(0, 16))}`;
}

function zeroBits(hash: Uint8Array): number {
  const first = hash.findIndex((byte) => byte !== 0);
  return first === -1 ? hash.length * 8 : first * 8 + Math.clz32(hash[first] ?? 0) - 24;
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
