import type { Choice } from "./choice.ts";
import { decodeChoice, encodeChoice } from "./cookie-value.ts";

const NAME = "c360_consent";

/** The choice of an earlier page, or null where there is none or cookies are blocked. */
export function readChoice(): Choice | null {
  for (const pair of cookiePairs()) if (pair.startsWith(`${NAME}=`)) return decodeChoice(pair.slice(13));
  return null;
}

/**
 * Where cookies are blocked this changes nothing: the choice then lives as long as the page.
 * @param domain whose subdomains share the choice; one that this page is not under is left out
 */
export function writeChoice(choice: Choice, days: number, domain?: string): void {
  const secure = location.protocol === "https:" ? ";Secure" : "";
  const shared = domain && `.${location.hostname}`.endsWith(`.${domain}`) ? `;Domain=${domain}` : "";
  // One for this host alone would be read instead of it.
  if (shared) setCookie(`${NAME}=;Path=/;Max-Age=0`);
  setCookie(`${NAME}=${encodeChoice(choice)};Path=/;SameSite=Lax;Max-Age=${days * 86400}${secure}${shared}`);
}

/** The page's cookies as `name=value`; none in a sandboxed frame, where reading throws. */
export function cookiePairs(): string[] {
  try {
    return document.cookie.split("; ");
  } catch {
    return [];
  }
}

export function setCookie(text: string): void {
  try {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere, and is not synchronous
    document.cookie = text;
  } catch {
    // Blocked: the caller keeps the choice in memory.
  }
}

/** Storage that may be blocked (a getter that throws) or full: then it holds nothing. */
export function storage(kind: "local" | "session"): Storage | null {
  try {
    return window[`${kind}Storage`];
  } catch {
    return null;
  }
}
