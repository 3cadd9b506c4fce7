import type { Choice } from "../../../consent-banner/choice.ts";

/** The banner's cookie where a server reads and sets it: under the same-origin option. */
export const COOKIE = "c360_consent";

/** What a cookie says of who chose, and what is granted; null where it names nobody. */
export function visitorIn(value: string): Pick<Choice, "identity" | "categories"> | null {
  const fields = new URLSearchParams(value);
  const [id = "", secret = ""] = [fields.get("id") ?? "", fields.get("secret") ?? ""];
  const choice = Number(fields.get("choice"));
  if (!/^cns_[A-Za-z0-9_-]{22}$/.test(id) || !/^[A-Za-z0-9_-]{43}$/.test(secret)) return null;
  if (!Number.isSafeInteger(choice) || choice < 1) return null;
  const granted = (fields.get("categories") ?? "").split(".");
  return {
    identity: { id, secret, choice },
    categories: {
      preferences: granted.includes("preferences"),
      analytics: granted.includes("analytics"),
      marketing: granted.includes("marketing"),
    },
  };
}

/** The value in a Cookie header, as it came; null where there is none, or nothing that the banner writes. */
export function cookieIn(header: string | undefined): string | null {
  for (const pair of (header ?? "").split(/; */)) {
    if (!pair.startsWith(`${COOKIE}=`)) continue;
    const value = pair.slice(COOKIE.length + 1);
    return value.length <= 1000 && /^categories=[A-Za-z0-9*_.%+&=-]*$/.test(value) ? value : null;
  }
  return null;
}

/** `Set-Cookie` for a value; scripts read it, as the banner's own. */
export function setCookie(
  value: string,
  { days, secure, domain }: { days: number; secure: boolean; domain: string | undefined },
): string {
  return [
    `${COOKIE}=${value}`,
    "Path=/",
    "SameSite=Lax",
    `Max-Age=${days * 86_400}`,
    ...(secure ? ["Secure"] : []),
    ...(domain === undefined ? [] : [`Domain=${domain}`]),
  ].join("; ");
}
