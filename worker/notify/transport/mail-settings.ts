import type { Env } from "../../env.ts";
import { isLocalhostName } from "../../http/localhost-name.ts";
import { parseAddress } from "../outbox/address.ts";

/** How mail leaves, from the worker's settings. */
export interface MailSettings {
  readonly from: { readonly name: string; readonly address: string };
  readonly transport: SmtpServer | HttpProvider;
  /** At most so many letters a minute to one recipient domain. */
  readonly domainRate: number;
}

export interface SmtpServer {
  readonly kind: "smtp";
  readonly host: string;
  readonly port: number;
  /** `from-start`: TLS at once; `starttls`: required before anything else; `none`: to this machine only. */
  readonly tls: "from-start" | "starttls" | "none";
  readonly login: { readonly user: string; readonly pass: string } | null;
}

export interface HttpProvider {
  readonly kind: "http";
  readonly url: string;
  readonly token: string;
}

const DOMAIN_RATE = 600;

type MailEnv = Pick<Env, "MAIL_URL" | "MAIL_FROM" | "MAIL_TOKEN" | "MAIL_DOMAIN_RATE">;

/**
 * Null where no mail is set up: letters wait in the outbox.
 * @throws Error that names what is wrong, without the secret in it
 */
export function mailSettingsOf(env: MailEnv): MailSettings | null {
  const url = env.MAIL_URL ?? "";
  if (url === "") return null;
  const faults: string[] = [];
  const from = readFrom(env.MAIL_FROM ?? "");
  if (from === null) faults.push("MAIL_FROM must be an address, as Callers360 <privacy@example.com>.");
  const transport = readTransport(url, env.MAIL_TOKEN ?? "");
  if (typeof transport === "string") faults.push(transport);
  const domainRate = Number(env.MAIL_DOMAIN_RATE || DOMAIN_RATE);
  if (!Number.isInteger(domainRate) || domainRate < 1) {
    faults.push("MAIL_DOMAIN_RATE must be a whole number from 1.");
  }
  if (from === null || typeof transport === "string" || faults.length > 0) {
    throw new Error(`The mail settings are wrong. ${faults.join(" ")}`);
  }
  return { from, transport, domainRate };
}

function readFrom(text: string): MailSettings["from"] | null {
  const named = /^([^<>\p{Cc}]*)<([^<>]+)>$/u.exec(text.trim());
  const parsed = parseAddress(named?.[2] ?? text);
  return parsed === null ? null : { name: named?.[1]?.trim() ?? "", address: parsed.address };
}

const MAIL_URL_SHAPE =
  "MAIL_URL must be smtps://user:password@host:465, smtp://user:password@host:587 or an https address.";

/** @returns a sentence for what is wrong */
function readTransport(text: string, token: string): MailSettings["transport"] | string {
  if (!URL.canParse(text)) return MAIL_URL_SHAPE;
  const url = new URL(text);
  if (url.protocol === "https:") {
    if (token === "") return "MAIL_TOKEN must be the provider's key when MAIL_URL is an https address.";
    return { kind: "http", url: text, token };
  }
  if ((url.protocol !== "smtps:" && url.protocol !== "smtp:") || url.hostname === "") return MAIL_URL_SHAPE;
  const host = url.hostname.replaceAll(/[[\]]/g, "");
  const user = decodeURIComponent(url.username);
  const login = user === "" ? null : { user, pass: decodeURIComponent(url.password) };
  if (url.protocol === "smtps:") {
    return { kind: "smtp", host, port: Number(url.port || 465), tls: "from-start", login };
  }
  // To a name of this machine nothing is on a wire; everywhere else a password or a letter would be.
  const here = isLocalhostName(host) || host === "127.0.0.1" || host === "::1";
  const tls = here && url.searchParams.get("tls") !== "required" ? "none" : "starttls";
  return { kind: "smtp", host, port: Number(url.port || 587), tls, login };
}
