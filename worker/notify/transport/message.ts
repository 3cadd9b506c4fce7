import { utf8 } from "../../ledger/bytes.ts";
import type { Parcel } from "./line.ts";

/**
 * The message as it travels: RFC 5322 headers, and text and HTML as quoted-printable parts of one
 * multipart/alternative (RFC 2045–2047). What many letters share is encoded once: writing is most of what
 * sending costs.
 * @param at UTC milliseconds
 */
export function renderMessage(parcel: Parcel, at: number): string {
  const { id, from, to, subject, text, html, language, headers } = parcel;
  const boundary = `=_${id}`;
  const lines = [
    `Date: ${new Date(at).toUTCString().replace("GMT", "+0000")}`,
    header("From", from.name === "" ? from.address : `${phrase(from.name)} <${from.address}>`),
    header("To", to),
    header("Subject", unstructured(subject)),
    header("Message-ID", messageId(parcel)),
    "MIME-Version: 1.0",
    header("Content-Language", language),
    ...Object.entries(headers).map(([name, value]) => header(name, unstructured(value))),
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    encoded(text),
    `--${boundary}`,
    "Content-Type: text/html; charset=utf-8",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    encoded(html),
    `--${boundary}--`,
    "",
  ];
  return lines.join("\r\n");
}

/** The same at every attempt, so that a receiver can tell a repetition. */
export function messageId({ id, from }: Pick<Parcel, "id" | "from">): string {
  return `<${id}@${from.address.slice(from.address.lastIndexOf("@") + 1)}>`;
}

/** RFC 5322's quoted-string for what is ASCII, else encoded words; nothing can end the header early. */
function phrase(name: string): string {
  const clean = withoutControls(name);
  return isAscii(clean) ? `"${clean.replaceAll(/["\\]/g, "\\$&")}"` : encodedWords(clean);
}

function unstructured(value: string): string {
  const clean = withoutControls(value);
  return isAscii(clean) && !clean.includes("=?") ? clean : encodedWords(clean);
}

function withoutControls(value: string): string {
  return value.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").toWellFormed();
}

function isAscii(value: string): boolean {
  return /^[ -~]*$/.test(value);
}

/** A line with an encoded word has at most 76 characters (RFC 2047, 2): so many bytes fit beside `Subject:`. */
const WORD_BYTES = 39;

function encodedWords(value: string): string {
  const words: string[] = [];
  let word = "";
  for (const letter of value) {
    if (utf8(word + letter).length > WORD_BYTES) {
      words.push(word);
      word = "";
    }
    word += letter;
  }
  words.push(word);
  return words.map((one) => `=?utf-8?B?${btoa(String.fromCharCode(...utf8(one)))}?=`).join(" ");
}

/** Folded before a word where the line would be too long; a single long word stays whole (998 is the limit). */
function header(name: string, value: string): string {
  const lines: string[] = [];
  let line = `${name}:`;
  for (const word of withoutControls(value).split(" ")) {
    if (line.length + word.length + 1 > 76 && line.trim() !== `${name}:`) {
      lines.push(line);
      line = "";
    }
    line += ` ${word}`;
  }
  return [...lines, line].join("\r\n");
}

/** Pieces that many letters share, encoded; the oldest goes first. */
const known = new Map<string, string>();
const KEPT = 64;
const WORTH_KEEPING = 1000;

function encoded(pieces: readonly string[]): string {
  return pieces.map(encodedPiece).join("\r\n");
}

function encodedPiece(piece: string): string {
  const before = known.get(piece);
  if (before !== undefined) return before;
  const result = quotedPrintable(piece);
  if (piece.length < WORTH_KEEPING) return result;
  known.set(piece, result);
  const oldest = known.keys().next();
  if (known.size > KEPT && !oldest.done) known.delete(oldest.value);
  return result;
}

/** RFC 2045, 6.7: lines of at most 76 characters, a soft break being `=` at the end of one. */
export function quotedPrintable(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map(quotedLine)
    .join("\r\n");
}

function quotedLine(line: string): string {
  const safe = line
    .toWellFormed()
    .replaceAll(/[^\t -<>-~]+/gu, (letters) =>
      Array.from(utf8(letters), (byte) => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
    )
    .replace(/[\t ]$/, (space) => (space === " " ? "=20" : "=09"));
  if (safe.length <= 76) return safe;
  const parts: string[] = [];
  let at = 0;
  while (safe.length - at > 76) {
    // No escape is torn apart.
    const escaped = safe.lastIndexOf("=", at + 74);
    const end = escaped > at + 72 ? escaped : at + 75;
    parts.push(`${safe.slice(at, end)}=`);
    at = end;
  }
  parts.push(safe.slice(at));
  return parts.join("\r\n");
}
