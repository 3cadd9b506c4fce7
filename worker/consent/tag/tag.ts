import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { bannerCode, bannerModules } from "virtual:consent-banner";
import { sha256 } from "@noble/hashes/sha2.js";
import {
  type Configuration,
  inLanguage,
  insertConfiguration,
  type Spoken,
} from "../../../consent-banner/configuration.ts";
import { chooseLanguage } from "../../../consent-banner/language.ts";
import { encodeBase64 } from "../../ledger/base64.ts";
import { encodeHex, utf8 } from "../../ledger/bytes.ts";
import { nameOf, type Script } from "./serve-script.ts";

/** Compressing costs tens of milliseconds, so each content is compressed once per isolate. */
const compiled = new Map<string, Script>();
const COMPILED_SIZE = 200;

/** The tag of a site in the best language for `acceptLanguage`: code, configuration and words in one. */
export function compileTag(configuration: Configuration, acceptLanguage: string | undefined): Script {
  const language = chooseLanguage(wishesOf(acceptLanguage), configuration.notice.languages);
  const { notice: _, ...rest } = configuration;
  return once(JSON.stringify([rest, language]), () =>
    insertConfiguration(bannerCode, configuration, language),
  );
}

/** What is published, with the texts of the best language only. @param wishes as in Accept-Language */
export function inBestLanguage(configuration: Configuration, wishes: string): Spoken {
  return inLanguage(configuration, chooseLanguage(wishesOf(wishes), configuration.notice.languages));
}

/** The code of this build under this name, which is the first 32 hex digits of its SHA-256. */
export function compiledCode(name: string): Script | undefined {
  const module = Object.hasOwn(bannerModules, name) ? bannerModules[name] : undefined;
  if (module !== undefined) return once(name, () => module);
  const first = once("first layer", () => insertConfiguration(bannerCode, null));
  return nameOf(first) === name ? first : undefined;
}

/** The permanent name of this build's first layer, and its hash as `integrity` takes it. */
export async function firstLayerCode(): Promise<{ code: string; integrity: string }> {
  const script = once("first layer", () => insertConfiguration(bannerCode, null));
  const digest = await crypto.subtle.digest("SHA-384", script.identity);
  return { code: nameOf(script), integrity: `sha384-${encodeBase64(new Uint8Array(digest))}` };
}

/** A script from its compressed bytes. */
export function unpackScript(brotli: Uint8Array): Script {
  const identity = new Uint8Array(brotliDecompressSync(brotli));
  return { hash: encodeHex(sha256(identity)), identity, brotli };
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
