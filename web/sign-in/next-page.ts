/**
 * The page to go to after sign-in: a path on this origin, or the dashboard for anything else, so
 * that a link to sign-in cannot send people elsewhere.
 */
export function nextPage(search: string, origin: string): string {
  const wanted = new URLSearchParams(search).get("next") ?? "/";
  const url = URL.parse(wanted, origin);
  if (!wanted.startsWith("/") || url === null || url.origin !== origin) return "/";
  return url.pathname === "/sign-in" ? "/" : url.pathname + url.search + url.hash;
}
