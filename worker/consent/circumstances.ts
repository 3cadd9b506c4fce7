import type { AppContext } from "../http/app-env.ts";

/** The browser says `Sec-GPC: 1` (Global Privacy Control). */
export function hearsSignal(c: AppContext): boolean {
  return c.req.header("sec-gpc") === "1";
}

/** ISO 3166-1 alpha-2 as the edge says it, never from an address by ourselves; XX is its word for unknown. */
export function countryOf(c: AppContext): string | null {
  const country: unknown = c.req.raw.cf?.country;
  return typeof country === "string" && /^[A-Z]{2}$/.test(country) && country !== "XX" ? country : null;
}
