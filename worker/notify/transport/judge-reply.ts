import type { NotSent } from "./line.ts";

/** What a server said at which command; `bodySent` when the whole message was on its way. */
export interface Failure {
  readonly command: "MAIL FROM" | "RCPT TO" | "DATA" | "message";
  /** Null where the line broke or nothing came. */
  readonly code: number | null;
  readonly answer: string;
  readonly bodySent: boolean;
}

/**
 * Reads a reply (RFC 5321, 4.2.1): 5yz is for good, everything else may go better another time. A 5yz to
 * RCPT is about the address, unless its enhanced status (RFC 3463) is 5.7: the server's policy, not the address.
 * 503 says that the session is out of step and 521 that this host takes no mail at all now: neither is about the letter.
 */
export function judgeReply({ command, code, answer, bodySent }: Failure): NotSent {
  const said = shorten(answer);
  if (code === null) return { kind: "later", answer: said, unsure: bodySent };
  if (code < 500 || code === 503 || code === 521) return { kind: "later", answer: said, unsure: false };
  const aboutAddress = command === "RCPT TO" && !/^\d{3}[ -]5\.7\./.test(answer);
  return { kind: aboutAddress ? "bounced" : "refused", answer: said };
}

/** For a list that people read; addresses in it are the recipient's own. */
export function shorten(answer: string): string {
  return answer
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .trim()
    .slice(0, 300);
}
