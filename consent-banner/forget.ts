import type { Category, FirstService } from "./configuration.ts";
import { cookiePairs, setCookie, storage } from "./store.ts";

/** Deletes from the device what the services of the withdrawn purposes had left there. */
export function forget(services: readonly FirstService[], withdrawn: readonly Category[]): void {
  for (const { category, items } of services) {
    if (category === "necessary" || !withdrawn.includes(category)) continue;
    for (const { name, kind } of items) {
      const matches = (stored: string) =>
        name.endsWith("*") ? stored.startsWith(name.slice(0, -1)) : stored === name;
      if (kind === "cookie") forgetCookies(matches);
      else forgetKeys(storage(kind === "local_storage" ? "local" : "session"), matches);
    }
  }
}

function forgetCookies(matches: (name: string) => boolean): void {
  for (const pair of cookiePairs()) {
    const [name = ""] = pair.split("=");
    if (!matches(name)) continue;
    const gone = `${name}=;Path=/;Max-Age=0`;
    setCookie(gone);
    // Nobody tells which domain it was set for: try each that this page could have set.
    const labels = location.hostname.split(".");
    for (; labels.length > 1; labels.shift()) setCookie(`${gone};Domain=${labels.join(".")}`);
  }
}

function forgetKeys(place: Storage | null, matches: (name: string) => boolean): void {
  if (place) for (const key of Object.keys(place)) if (matches(key)) place.removeItem(key);
}
