import type { Settings } from "../env.ts";

/**
 * The one door through which the product calls addresses that people gave it. On the platform a name that
 * leads to a private address is not reached, since requests leave to the public Internet only; literals and
 * names that are private by themselves are refused here, at each attempt.
 */

/** What came of a call. `fault` is in words for people; never a byte of what was answered. */
export type OutboundAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly body: Uint8Array }
  | { readonly kind: "failed"; readonly fault: string };

type DoorSettings = Pick<Settings, "publicHost" | "outboundLocal">;

const TIMEOUT_MS = 5000;
const MOST_BYTES = 64 * 1024;
const LONGEST_URL = 2048;

/** Names that lead nowhere or into somebody's own network (RFC 6761, 6762, 8375, 9476; ICANN's .internal). */
const PRIVATE_ENDINGS = [
  ...["localhost", "local", "internal", "home.arpa", "test", "invalid", "example", "onion", "alt"],
  ...["lan", "intranet", "corp", "home", "private", "localdomain"],
];

/** Why this address is not called; null where it may be. */
export function addressFault(text: string, { publicHost, outboundLocal }: DoorSettings): string | null {
  if (text.length > LONGEST_URL || !URL.canParse(text)) return "is not a URL.";
  const url = new URL(text);
  if (outboundLocal && ["127.0.0.1", "localhost"].includes(url.hostname)) return null;
  if (url.protocol !== "https:") return "must be an https address.";
  if (url.username !== "" || url.password !== "") return "must not carry a user name or password.";
  if (url.port !== "") return "must be on the usual port, 443.";
  // The parser has written every form of an IPv4 address (hex, decimal, short) as four numbers by now.
  const name = url.hostname.replace(/\.$/, "");
  if (name.startsWith("[") || /^[\d.]+$/.test(name)) return "must name a host, not an IP address.";
  if (!name.includes(".") || PRIVATE_ENDINGS.some((ending) => isUnder(name, ending))) {
    return "must name a public host.";
  }
  if (isUnder(name, publicHost.replace(/:\d+$/, ""))) return "must not be this service itself.";
  return null;
}

/**
 * Posts once: no redirect is followed, the whole takes 5 s at most, and 64 kB of the answer are read.
 * @param url as it is stored; judged again here
 */
export async function postOutside(
  settings: DoorSettings,
  url: string,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<OutboundAnswer> {
  const fault = addressFault(url, settings);
  if (fault !== null) return { kind: "failed", fault: `The address ${fault}` };
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
  try {
    const answer = await fetch(url, {
      method: "POST",
      redirect: "manual",
      signal: controller.signal,
      headers: request.headers,
      body: request.body,
    });
    if (answer.status >= 300 && answer.status < 400) {
      await answer.body?.cancel();
      return { kind: "failed", fault: `It answered ${answer.status}: redirects are not followed.` };
    }
    return { kind: "answered", status: answer.status, body: await firstBytes(answer) };
  } catch (error) {
    if (controller.signal.aborted) return { kind: "failed", fault: "It did not answer within 5 seconds." };
    console.warn(JSON.stringify({ level: "warn", at: "outbound", error: String(error) }));
    return { kind: "failed", fault: "It could not be reached." };
  } finally {
    clearTimeout(timer);
  }
}

async function firstBytes({ body }: Response): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const kept = new Uint8Array(MOST_BYTES);
  let size = 0;
  while (size < MOST_BYTES) {
    const { done, value } = await reader.read();
    if (done) return kept.slice(0, size);
    const part = value.subarray(0, MOST_BYTES - size);
    kept.set(part, size);
    size += part.byteLength;
  }
  await reader.cancel();
  return kept;
}

function isUnder(name: string, ending: string): boolean {
  return name === ending || name.endsWith(`.${ending}`);
}
