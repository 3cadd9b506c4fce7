import { encodeBase64 } from "../../ledger/base64.ts";
import { utf8 } from "../../ledger/bytes.ts";

/** A webhook's secret by its place: nothing is stored from which it could be read. */
export interface SecretName {
  readonly org: string;
  readonly webhook: string;
  /** Goes up with each rotation. */
  readonly generation: number;
}

/** 32 bytes, the same at every call. */
async function secretBytes(
  authSecret: string,
  { org, webhook, generation }: SecretName,
): Promise<Uint8Array> {
  return hmac(utf8(authSecret), utf8(`callers360 webhook v1\n${org}\n${webhook}\n${generation}`));
}

/** The secret in the form that Standard Webhooks gives it: `whsec_` and base64. Shown once. */
export async function webhookSecret(authSecret: string, name: SecretName): Promise<string> {
  return `whsec_${encodeBase64(await secretBytes(authSecret, name))}`;
}

/**
 * The headers of a signed message (Standard Webhooks 1.0: HMAC-SHA-256 over `id.timestamp.body`).
 * @param names of every secret that signs now: after a rotation the one before signs along
 * @param now UTC milliseconds
 */
export async function signedHeaders(
  authSecret: string,
  names: readonly SecretName[],
  { id, body, now }: { readonly id: string; readonly body: string; readonly now: number },
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000));
  const message = utf8(`${id}.${timestamp}.${body}`);
  const signatures = await Promise.all(
    names.map(async (name) => `v1,${encodeBase64(await hmac(await secretBytes(authSecret, name), message))}`),
  );
  return {
    "content-type": "application/json",
    "user-agent": "Callers360-Webhooks/1",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}

async function hmac(secret: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  const usage = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", secret, usage, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
}
