import { brotliCompressSync, constants } from "node:zlib";
import { bannerCode, bannerSecondLayer } from "virtual:consent-banner";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Configuration, insertConfiguration, type Notice } from "../../consent-banner/configuration.ts";
import { chooseLanguage } from "../../consent-banner/language.ts";
import { encodeHex, utf8 } from "../ledger/bytes.ts";
import type { PublishedNotice } from "./queries.ts";

/** Bytes that browsers load, with what their answer needs. */
export interface Script {
  /** SHA-256 in hex. */
  readonly hash: string;
  readonly identity: Uint8Array;
  readonly brotli: Uint8Array;
}

/** What is published for a site, as `/c/{site}.json` says it. */
export function configurationOf(site: string, published: PublishedNotice): Configuration {
  return {
    site,
    policy_version: published.policyVersion,
    notice: noticeOf(published.document),
    notice_hash: published.noticeHash,
  };
}

/** The named boundary: `publishNotice` alone writes this column, from a `Notice`. */
function noticeOf(document: string): Notice {
  return JSON.parse(document) as Notice;
}

/** Compressing costs tens of milliseconds, so each content is compressed once per isolate. */
const compiled = new Map<string, Script>();
const COMPILED_SIZE = 200;

/** The tag of a site in the best language for `acceptLanguage`: code, configuration and words in one. */
export function compileTag(configuration: Configuration, acceptLanguage: string | undefined): Script {
  const language = chooseLanguage(wishesOf(acceptLanguage), configuration.notice.languages);
  const { site, policy_version, notice_hash } = configuration;
  return once(JSON.stringify([site, policy_version, notice_hash, language]), () =>
    insertConfiguration(bannerCode, configuration, language),
  );
}

/** Code only, by the first 32 hex digits of its SHA-256; undefined for a hash that is not of this build. */
export function compiledCode(hash: string): Script | undefined {
  return [
    once("first layer", () => insertConfiguration(bannerCode, null)),
    once("second layer", () => bannerSecondLayer),
  ].find((script) => script.hash.startsWith(hash));
}

function once(id: string, compile: () => string): Script {
  const known = compiled.get(id);
  if (known !== undefined) return known;
  const identity = utf8(compile());
  const brotli = brotliCompressSync(identity, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: identity.byteLength,
    },
  });
  const script = { hash: encodeHex(sha256(identity)), identity, brotli: new Uint8Array(brotli) };
  compiled.set(id, script);
  const oldest = compiled.keys().next();
  if (compiled.size > COMPILED_SIZE && !oldest.done) compiled.delete(oldest.value);
  return script;
}

/** Language tags of an Accept-Language header, most wanted first (RFC 9110, section 12.5.4). */
export function wishesOf(header: string | undefined): string[] {
  return (header ?? "")
    .slice(0, 1000)
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().split(/\s*;\s*/);
      const weight = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
      return { tag, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ tag, weight }) => /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/.test(tag) && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}
