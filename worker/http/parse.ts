import * as v from "valibot";
import type { AppContext } from "./app-env.ts";
import { check, pathOf, type Schema, sentence } from "./check.ts";
import { type FieldError, invalid, Problem } from "./problem.ts";

/**
 * The query string under a strict schema: an unknown or repeated parameter is an error.
 * @throws Problem 422 that names each bad parameter
 */
export function parseQuery<S extends Schema>(c: AppContext, schema: S): v.InferOutput<S> {
  const values: Record<string, string> = {};
  const errors: FieldError[] = [];
  for (const [name, all] of Object.entries(c.req.queries())) {
    if (all.length > 1) errors.push({ parameter: name, detail: "is given more than once." });
    else values[name] = all[0] ?? "";
  }
  const result = v.safeParse(schema, values);
  if (!result.success) {
    for (const issue of result.issues)
      errors.push({ parameter: pathOf(issue).join("."), detail: sentence(issue) });
  }
  if (errors.length > 0 || !result.success) throw invalid(errors);
  return result.output;
}

/**
 * The request's JSON body under a schema.
 * @param accept media types taken as JSON, `application/json` unless told
 * @throws Problem 400 unreadable, 413 too large, 415 other media type, 422 bad fields
 */
export async function parseJson<S extends Schema>(
  c: AppContext,
  schema: S,
  options: { maxBytes: number; accept?: readonly string[] },
): Promise<v.InferOutput<S>> {
  requireMediaType(c, options.accept ?? ["application/json"]);
  const result = check(schema, decodeJson(await readBody(c, options.maxBytes)));
  if (!result.ok) throw invalid(result.errors);
  return result.value;
}

/** The media type without parameters, lower case. @throws Problem 415 when it is not in `accept` */
export function requireMediaType(c: AppContext, accept: readonly string[]): string {
  const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (!accept.includes(type)) {
    throw new Problem(
      415,
      "unsupported-media-type",
      "Unsupported media type",
      `Send ${accept.join(" or ")}, not ${type === "" ? "a body without a Content-Type" : type}.`,
      { headers: { accept: accept.join(", ") } },
    );
  }
  return type;
}

/**
 * The whole body, counted while it streams in, so that a lying Content-Length cannot pass the limit.
 * `Content-Encoding: gzip` is unpacked, and the limit holds for what it unpacks to.
 * @throws Problem 413, 400 for a broken gzip, 415 for another encoding
 */
export async function readBody(c: AppContext, maxBytes: number): Promise<Uint8Array> {
  const announced = Number(c.req.header("content-length") ?? "0");
  if (announced > maxBytes) throw tooLarge(maxBytes);
  const encoding = (c.req.header("content-encoding") ?? "identity").toLowerCase();
  if (encoding !== "identity" && encoding !== "gzip") {
    throw new Problem(
      415,
      "unsupported-encoding",
      "Unsupported content encoding",
      `Content-Encoding ${encoding} is not taken; use gzip or none.`,
      { headers: { "accept-encoding": "gzip" } },
    );
  }
  const raw = c.req.raw.body;
  if (raw === null) return new Uint8Array();
  if (encoding === "identity" && announced > 0) return announcedBody(c.req.raw, maxBytes);
  const stream = encoding === "gzip" ? raw.pipeThrough(new DecompressionStream("gzip")) : raw;
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(value);
    }
  } catch (error) {
    if (encoding === "identity") throw error;
    await reader.cancel().catch(() => undefined);
    if (error instanceof Problem) throw error;
    throw unreadable("The body is not valid gzip.");
  } finally {
    // A plain body is not cancelled: what is left of a refused upload is heard out.
    reader.releaseLock();
  }
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

/** HTTP frames the body by its Content-Length: no more than that comes, and it comes in one piece. */
async function announcedBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const body = new Uint8Array(await request.arrayBuffer());
  if (body.byteLength > maxBytes) throw tooLarge(maxBytes);
  return body;
}

const strictly = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/** @throws Problem 400 when the bytes are not UTF-8 */
export function decodeText(body: Uint8Array): string {
  try {
    return strictly.decode(body);
  } catch {
    throw unreadable("The body is not valid UTF-8.");
  }
}

/** @throws Problem 400 when the bytes are not JSON in UTF-8 */
export function decodeJson(body: Uint8Array): unknown {
  const text = decodeText(body);
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable("The body is not valid JSON.");
  }
}

function unreadable(detail: string): Problem {
  return new Problem(400, "unreadable", "Unreadable body", detail);
}

function tooLarge(maxBytes: number): Problem {
  return new Problem(
    413,
    "too-large",
    "Too large",
    `The body may have at most ${maxBytes.toLocaleString("en-IN")} bytes.`,
  );
}
