import type { AppContext } from "../http/app-env.ts";

/** How long a copy may be kept: `for-ever`, or whole seconds. */
export type Keeping = "for-ever" | { readonly seconds: number };

export interface Representation {
  readonly body: string;
  readonly type: string;
  readonly keeping: Keeping;
  /** RFC 8288 values of the Link header. */
  readonly links: readonly string[];
  /** What the ETag tells apart beyond the bytes: where the version stands. */
  readonly phase: string;
  readonly language?: string;
  /**
   * What the ETag stands for in the body's place, where some of the body may differ without being news; the
   * ETag is weak then.
   */
  readonly essence?: string;
}

/** At most a minute, and never beyond the next moment at which the answer is another. */
export function keptUntil(nextChangeAt: number | null, now: number): Keeping {
  if (nextChangeAt === null) return { seconds: 60 };
  return { seconds: Math.max(0, Math.min(60, Math.floor((nextChangeAt - now) / 1000))) };
}

/** 200 with a strong ETag of exactly these bytes, or a weak one of their essence; 304 to a reader that has them. */
export async function answer(c: AppContext, representation: Representation): Promise<Response> {
  const { body, type, keeping, links, phase, language, essence } = representation;
  const tag = await tagOf([type, phase, essence ?? body]);
  const etag = essence === undefined ? tag : `W/${tag}`;
  const headers: Record<string, string> = {
    etag,
    "cache-control":
      keeping === "for-ever"
        ? "public, max-age=31536000, immutable"
        : `public, max-age=${keeping.seconds}, must-revalidate`,
    link: links.join(", "),
  };
  if (isAmong(tag, c.req.header("if-none-match"))) return c.body(null, 304, headers);
  return c.body(body, 200, {
    ...headers,
    "content-type": type,
    ...(language === undefined ? {} : { "content-language": language }),
  });
}

async function tagOf(parts: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(parts.join("\n"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `"${btoa(String.fromCharCode(...digest.subarray(0, 18)))}"`;
}

/** Weak comparison (RFC 9110, section 13.1.2): a cache that recompressed it has the same text. */
function isAmong(tag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  return ifNoneMatch.split(",").some((given) => given.trim().replace(/^W\//, "") === tag);
}
