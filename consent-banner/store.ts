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

/** What a browser may refuse (cookies and storage that are blocked or full): then it is not there, and the choice lives as long as the page. */
export function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return;
  }
}

/** The page's cookies as `name=value`; none in a sandboxed frame, where reading throws. */
export const cookiePairs = (): string[] => attempt(() => document.cookie.split("; ")) ?? [];

export function setCookie(text: string): void {
  attempt(() => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere, and is not synchronous
    document.cookie = text;
  });
}

/** Storage that may be blocked: then it holds nothing. */
export const storage = (kind: "local" | "session"): Storage | undefined =>
  attempt(() => window[`${kind}Storage`]);
