import PostalMime from "postal-mime";
import { shorten } from "../transport/judge-reply.ts";

/** What a delivery status notification says of one recipient (RFC 3464, 2.3). */
export interface RecipientReport {
  /** Addresses that it may be about, in lower case: the one we wrote to, the one that it became. */
  readonly addresses: readonly string[];
  /** `failed`, `delayed`, `delivered`, `relayed`, `expanded`. */
  readonly action: string;
  /** RFC 3463, as `5.1.1`. */
  readonly status: string;
  /** The receiving server's words, without addresses. */
  readonly answer: string;
}

/** A report about a letter of ours; `letter` is null where none is named in it. */
export interface BounceReport {
  readonly letter: string | null;
  readonly recipients: readonly RecipientReport[];
}

/** The left part of our Message-IDs: 128 random bits, so whoever names one has seen the letter. */
const LETTER_ID = /\bmail_[0-9a-f]{32}(?=@)/i;
const MAX_HEADERS = 256 * 1024;
const MAX_NESTING = 8;

/**
 * Reads a mail that came back. Null where it is no delivery status notification: an answer of a person or of
 * a program on holiday.
 * @throws Error for what is no mail
 */
export async function readReport(raw: Uint8Array): Promise<BounceReport | null> {
  const mail = await PostalMime.parse(raw, {
    forceRfc822Attachments: true,
    attachmentEncoding: "utf8",
    maxHeadersSize: MAX_HEADERS,
    maxNestingDepth: MAX_NESTING,
  });
  const parts = mail.attachments.map(({ mimeType, content }) => ({ mimeType, content: String(content) }));
  const status = parts.find(({ mimeType }) => mimeType === "message/delivery-status");
  if (status === undefined) return null;
  // The letter itself or its headers come last; servers that return neither often quote its id somewhere.
  const places = [
    ...parts.filter((part) => part !== status).map(({ content }) => content),
    ...mail.headers
      .filter(({ key }) => key === "in-reply-to" || key === "references")
      .map(({ value }) => value),
    status.content,
    mail.text ?? "",
  ];
  const named = places.map((place) => LETTER_ID.exec(place)?.[0]).find((id) => id !== undefined);
  return { letter: named?.toLowerCase() ?? null, recipients: recipientsOf(status.content) };
}

/** Blocks of fields; the first is about the message, each after it about one recipient. */
function recipientsOf(content: string): RecipientReport[] {
  return content
    .replaceAll(/\r\n?/g, "\n")
    .split(/\n[\t ]*\n/)
    .map(fieldsOf)
    .flatMap((fields) => {
      const action = fields.get("action")?.toLowerCase();
      if (action === undefined) return [];
      const addresses = ["original-recipient", "final-recipient"].flatMap((name) => {
        const address = /;\s*<?([^<>\s]+@[^<>\s]+)>?/.exec(fields.get(name) ?? "")?.[1];
        return address === undefined ? [] : [address.toLowerCase()];
      });
      const status = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(fields.get("status") ?? "")?.[0] ?? "";
      const words = (fields.get("diagnostic-code") ?? "").replace(/^[\w-]+\s*;\s*/, "");
      return [{ addresses, action, status, answer: shorten(withoutAddresses(`${status} ${words}`)) }];
    });
}

function fieldsOf(block: string): Map<string, string> {
  const lines = block.replaceAll(/\n[\t ]+/g, " ").split("\n");
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const colon = line.indexOf(":");
      return colon < 1 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
    }),
  );
}

/** Who was told of a version is read without addresses. */
function withoutAddresses(words: string): string {
  return words.replaceAll(/<?[^\s<>"'(),:;]+@[^\s<>"'(),:;]+>?/g, "(address)");
}

/** What becomes of a letter: `bounced` suppresses its address; null leaves it as it was accepted. */
export type Verdict = "bounced" | "refused" | "dead" | null;

/**
 * By the enhanced status (RFC 3463) of what failed. For good are faults of the address or of its mailbox;
 * not those of this letter (too large, its form, a policy), nor a full mailbox or a server that was never reached:
 * these are given up and can be retried.
 */
export function verdictOn({ action, status }: Pick<RecipientReport, "action" | "status">): Verdict {
  if (action !== "failed") return null;
  if (!status.startsWith("5.")) return "dead";
  if (/^5\.(?:[67]\.\d+|2\.3|3\.4)$/.test(status)) return "refused";
  return status === "5.2.2" ? "dead" : "bounced";
}
