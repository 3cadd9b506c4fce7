import { shorten } from "./judge-reply.ts";
import type { Line, Parcel, Sent } from "./line.ts";
import type { HttpProvider } from "./mail-settings.ts";

const TIMEOUT_MS = 10_000;
const MAX_ANSWER = 2000;

/**
 * A provider that takes mail as JSON: `{ from, to: [address], subject, text, html, headers }` by POST, with
 * `Authorization: Bearer` and the letter's id as `Idempotency-Key`, so that a repeated attempt is one mail
 * (Resend's shape; others are a small adapter away).
 * @param post how requests leave; tests answer themselves
 */
export function httpLine(provider: HttpProvider, post: typeof fetch = fetch): Line {
  return {
    open: () => Promise.resolve(),
    close: () => {},
    async send(parcel) {
      let response: Response;
      try {
        response = await post(provider.url, {
          method: "POST",
          redirect: "manual",
          signal: AbortSignal.timeout(TIMEOUT_MS),
          headers: {
            authorization: `Bearer ${provider.token}`,
            "content-type": "application/json",
            "idempotency-key": parcel.id,
          },
          body: JSON.stringify(bodyOf(parcel)),
        });
      } catch (error) {
        return { kind: "later", answer: shorten(String(error)), unsure: true };
      }
      return judge(response);
    },
  };
}

function bodyOf({ id, from, to, subject, text, html, headers }: Parcel) {
  const domain = from.address.slice(from.address.lastIndexOf("@") + 1);
  return {
    from: from.name === "" ? from.address : `${quoted(from.name)} <${from.address}>`,
    to: [to],
    subject,
    text,
    html,
    headers: { "Message-ID": `<${id}@${domain}>`, ...headers },
  };
}

/** RFC 5322's quoted-string. */
function quoted(name: string): string {
  return `"${name.replaceAll(/["\\]/g, "\\$&")}"`;
}

/** 4xx is the provider's word on this letter; on our key, its limits or itself it is not. */
const NOT_ABOUT_THE_LETTER = new Set([401, 402, 403, 404, 405, 408, 409, 425, 429]);

async function judge(response: Response): Promise<Sent> {
  const answer = shorten(`${response.status} ${(await response.text()).slice(0, MAX_ANSWER)}`);
  if (response.ok) return { kind: "accepted", answer };
  if (response.status >= 400 && response.status < 500 && !NOT_ABOUT_THE_LETTER.has(response.status)) {
    return { kind: "refused", answer };
  }
  return { kind: "later", answer, unsure: response.status >= 500 };
}
