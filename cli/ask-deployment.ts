import * as v from "valibot";
import { Unfinished } from "./misuse.ts";

const TIMEOUT_MS = 30_000;

const Refusal = v.object({
  title: v.string(),
  detail: v.string(),
  errors: v.optional(v.array(v.object({ pointer: v.optional(v.string()), detail: v.string() })), []),
});

/** One request to a deployment's API. */
export interface Question {
  readonly method: string;
  /** Named to the person where nothing answers; `path` follows it. */
  readonly base: string;
  readonly path?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** For `If-Match`. */
  readonly etag?: string | null;
}

/** The answer, whatever it is. @throws Unfinished where there is none */
export async function askDeployment(key: string, question: Question): Promise<Response> {
  const { method, base, path = "", body, etag = null } = question;
  try {
    return await fetch(base + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(etag === null ? {} : { "if-match": etag }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new Unfinished(`${base} did not answer: ${error instanceof Error ? error.message : error}`);
  }
}

/** A refusal (problem+json) for people: its sentence, then a line for each field. */
export function refusalLines(status: number, problem: unknown): string[] {
  const { title, detail, errors } = v.parse(Refusal, problem);
  return [
    `${title} (${status}). ${detail}`,
    ...errors.map((error) => `  ${error.pointer ?? ""} ${error.detail}`.trimEnd()),
  ];
}
