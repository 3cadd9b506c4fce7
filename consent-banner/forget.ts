import type { Category, Service } from "./configuration.ts";
import type { DialogContext } from "./dialog.ts";
import { cookiePairs, setCookie, storage } from "./store.ts";

/** Deletes what the services of withdrawn purposes had left, as it is published. @returns what is left */
export async function clear(
  { published, speech }: DialogContext,
  withdrawn: readonly Category[],
): Promise<readonly string[]> {
  const { notice } = await published([speech.language]);
  return forget(notice.services, withdrawn);
}

/**
 * Deletes from the device what the services of the refused purposes had left there.
 * @returns the names that are still there, as of cookies set for a path that this page is not under
 */
function forget(services: readonly Service[], refused: readonly Category[]): string[] {
  const left: string[] = [];
  for (const { category, items } of services) {
    if (category === "necessary" || !refused.includes(category)) continue;
    for (const { name, kind } of items) {
      const matches = (stored: string) =>
        name.endsWith("*") ? stored.startsWith(name.slice(0, -1)) : stored === name;
      const place = kind === "cookie" ? null : storage(kind === "local_storage" ? "local" : "session");
      const stored = () =>
        (place ? Object.keys(place) : kind === "cookie" ? cookieNames() : []).filter(matches);
      for (const found of stored()) place ? place.removeItem(found) : forgetCookie(found);
      left.push(...stored());
    }
  }
  return left;
}

const cookieNames = () => cookiePairs().map((pair) => pair.split("=")[0] ?? "");

/** Nobody tells for which domain and path it was set: tries each that this page could have set. */
function forgetCookie(name: string): void {
  const domains = [""];
  for (const labels = location.hostname.split("."); labels.length > 1; labels.shift())
    domains.push(`;Domain=${labels.join(".")}`);
  const paths = ["/"];
  for (const part of location.pathname.split("/").filter(Boolean)) {
    const path = `${paths.at(-1)}${part}`;
    paths.push(path, `${path}/`);
  }
  for (const path of paths)
    for (const domain of domains) setCookie(`${name}=;Max-Age=0;Path=${path}${domain}`);
}
