import type { Service } from "../../../consent-banner/configuration.ts";
import type { LintContext } from "./context.ts";
import type { Finding } from "./finding.ts";
import { allWords, type LintText } from "./text.ts";

/** What the sites' banners say is stored, and this text does not mention. */
export function checkCookies(text: LintText, { policy, notices }: LintContext): Finding[] {
  if (policy !== "privacy" && policy !== "cookies") return [];
  const words = allWords(text).toLowerCase();
  const line = text.passages.find(({ text: passage }) => /\bcookies?\b/i.test(passage))?.line ?? 1;
  const told = new Set<string>();
  return notices.flatMap((notice) =>
    notice.services
      .filter((service) => service.items.length > 0 && !isDescribed(service, words))
      .map((service) => ({ service, key: service.items.map(({ name }) => name).join(", ") }))
      .filter(({ key }) => !told.has(key) && told.add(key) !== undefined)
      .map(
        ({ service, key }): Finding => ({
          line,
          severity: "warning",
          rule: "cookies",
          reason: `${notice.site_name} stores ${key} for “${service.name}” of ${service.provider}, which the text does not mention.`,
          suggestion: "Describe it: name, provider, purpose and how long it stays.",
        }),
      ),
  );
}

/** Every name it leaves on a device; of `dv_*` the beginning. */
function isDescribed({ items }: Service, words: string): boolean {
  return items.every(({ name }) => words.includes(name.replace(/\*$/, "").toLowerCase()));
}
