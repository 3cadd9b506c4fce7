import { createHash, createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { isAnswered, issueTicket } from "./challenge.ts";

const SECRET = "a secret of a test, of thirty-two letters";
const occasion = { site: "site_a", noticeHash: "0".repeat(64) };
const NOW = Date.UTC(2026, 10, 24, 10, 0, 30);
const MINUTE = 60_000;

test("a ticket is the HMAC that anybody with the secret would make", async () => {
  const minute = Math.floor(NOW / MINUTE);
  const words = `callers360 consent challenge v1\nsite_a\n${occasion.noticeHash}\n${minute}`;
  const mac = createHmac("sha256", SECRET).update(words).digest().subarray(0, 16).toString("base64url");
  expect(await issueTicket(SECRET, occasion, NOW)).toBe(`${minute.toString(36)}-${mac}`);
});

test("an answer counts for ten minutes, and only with the work done", async () => {
  const ticket = await issueTicket(SECRET, occasion, NOW);
  const key = "0123456789abcdef";
  const hashOf = (n: number) => createHash("sha256").update(`${ticket}.${key}.${n}`).digest().readUInt16BE(0);
  let lucky = 0;
  while (hashOf(lucky) > 1) lucky += 1;
  let close = 0;
  while (hashOf(close) >> 1 !== 1) close += 1;
  const at = (now: number, number = lucky) =>
    isAnswered(SECRET, occasion, { answer: `${ticket}.${number}`, key, now });
  expect(await at(NOW)).toBe(true);
  // 14 zero bits are one too few.
  expect(await at(NOW, close)).toBe(false);
  expect(await at(NOW + 10 * MINUTE)).toBe(true);
  expect(await at(NOW + 11 * MINUTE)).toBe(false);
  expect(await at(NOW - MINUTE)).toBe(false);
  const later = ticket.replace(/^[^-]+/, (minute) => (Number.parseInt(minute, 36) + 5).toString(36));
  expect(await isAnswered(SECRET, occasion, { answer: `${later}.${lucky}`, key, now: NOW })).toBe(false);
  expect(await isAnswered("another secret", occasion, { answer: `${ticket}.${lucky}`, key, now: NOW })).toBe(
    false,
  );
});
