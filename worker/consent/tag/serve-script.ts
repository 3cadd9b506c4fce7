import type { AppContext } from "../../http/app-env.ts";

/** Bytes that browsers load, with what their answer needs. */
export interface Script {
  /** SHA-256 in hex. */
  readonly hash: string;
  readonly identity: Uint8Array;
  readonly brotli: Uint8Array;
}

/** How a permanent address names a script. */
export function nameOf({ hash }: Script): string {
  return hash.slice(0, 32);
}

const SCRIPT = "text/javascript; charset=utf-8";

/**
 * A script, or what one reads, in the encoding that the browser takes. Bytes are final here (`no-transform`): whoever
 * compressed again on the way would take the strong ETag's meaning away.
 * @param cache the answer's Cache-Control, without `no-transform`
 * @param vary what the choice of these bytes depended on beside the encoding
 */
export function serveScript(
  c: AppContext,
  script: Script,
  cache: string,
  vary: readonly string[],
  media = SCRIPT,
): Response {
  const brotli = takesBrotli(c.req.header("accept-encoding"));
  const etag = `"${nameOf(script)}-${brotli ? "br" : "id"}"`;
  const headers = new Headers({
    "content-type": media,
    "cache-control": `${cache}, no-transform`,
    vary: ["Accept-Encoding", ...vary].join(", "),
    etag,
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
  });
  if (matches(c.req.header("if-none-match"), etag)) return new Response(null, { status: 304, headers });
  if (!brotli) return new Response(script.identity, { headers });
  headers.set("content-encoding", "br");
  return new Response(script.brotli, { headers, encodeBody: "manual" });
}

/** RFC 9110, section 12.5.3: a coding is taken when named without `q=0`. */
function takesBrotli(header: string | undefined): boolean {
  return (header ?? "").split(",").some((part) => {
    const [coding, ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    return coding === "br" && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

/** If-None-Match compares weakly (RFC 9110, section 13.1.2). */
function matches(header: string | undefined, etag: string): boolean {
  return (header ?? "").split(",").some((part) => {
    const candidate = part.trim().replace(/^W\//, "");
    return candidate === etag || candidate === "*";
  });
}
