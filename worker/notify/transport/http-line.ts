import type { Settings } from "../../env.ts";
import { postOutside } from "../outbound.ts";
import { shorten } from "./judge-reply.ts";
import { type Line, type Parcel, type Sent, TransportDown } from "./line.ts";
import type { HttpProvider } from "./mail-settings.ts";
import { messageId } from "./message.ts";

const MAX_ANSWER = 2000;

/**
 * A provider that takes mail as JSON: `{ from, to: [address], subject, text, html, headers }` by POST, with
 * `Authorization: Bearer` and the letter's id as `Idempotency-Key`, so that a repeated attempt is one mail
 * (Resend's shape; others are a small adapter away).
 */
export function httpLine(
  provider: HttpProvider,
  settings: Pick<Settings, "publicHost" | "outboundLocal">,
): Line {
  return {
    open: () => Promise.resolve(),
    // One request is the whole of it: there is nothing to ask before.
    offer: () => Promise.resolve(null),
    close: () => {},
    async send(parcel) {
      const answer = await postOutside(settings, provider.url, {
        headers: {
          authorization: `Bearer ${provider.token}`,
          "content-type": "application/json",
          "idempotency-key": parcel.id,
        },
        body: JSON.stringify(bodyOf(parcel)),
      });
      if (answer.kind === "failed") return { kind: "later", answer: shorten(answer.fault), unsure: true };
      const words = new TextDecoder().decode(answer.body.subarray(0, MAX_ANSWER));
      return judgeStatus(answer.status, shorten(`${answer.status} ${words}`));
    },
  };
}

function bodyOf(parcel: Parcel) {
  const { from, to, subject, text, html, headers } = parcel;
  return {
    from: from.name === "" ? from.address : `${quoted(from.name)} <${from.address}>`,
    to: [to],
    subject,
    text: text.join("\n"),
    html: html.join("\n"),
    headers: { "Message-ID": messageId(parcel), ...headers },
  };
}

/** RFC 5322's quoted-string. */
function quoted(name: string): string {
  return `"${name.replaceAll(/["\\]/g, "\\$&")}"`;
}

/** Our key, our account or our address for the provider: no letter gets through before that is mended. */
const ABOUT_US = new Set([401, 402, 403, 404, 405]);
const TRY_AGAIN = new Set([408, 409, 425, 429]);

function judgeStatus(status: number, answer: string): Sent {
  if (status >= 200 && status < 300) return { kind: "accepted", answer };
  if (ABOUT_US.has(status)) throw new TransportDown(answer);
  if (status >= 400 && status < 500 && !TRY_AGAIN.has(status)) return { kind: "refused", answer };
  return { kind: "later", answer, unsure: status >= 500 };
}
