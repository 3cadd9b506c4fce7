import type { FirstService } from "./configuration.ts";

type Loader = HTMLScriptElement | HTMLIFrameElement;

/** Marks what is held by its host; what the site marked is inert by its own markup. */
export const BY_HOST = "data-c360-held";

export const isLoader = (element: unknown): element is Loader =>
  element instanceof HTMLScriptElement || element instanceof HTMLIFrameElement;

/** Which listed service serves this address. */
export function serviceAt(services: readonly FirstService[], url: string): FirstService | undefined {
  // A link, because it resolves addresses as a script does and throws for none.
  const { host } = Object.assign(document.createElement("a"), { href: url });
  return services.find(({ hosts }) =>
    hosts?.some((listed) => host === listed || host.endsWith(`.${listed}`)),
  );
}

/**
 * From now on a script or frame that gets an address asks first, also where other scripts insert it. A
 * script without address and text is not even begun, so that its own listeners, `async`, integrity and
 * nonce stay what they were.
 * @param keep whether the address was kept aside
 */
export function watchAddresses(keep: (element: Loader, url: string) => boolean): void {
  for (const { prototype } of [HTMLScriptElement, HTMLIFrameElement]) {
    const native = Object.getOwnPropertyDescriptor(prototype, "src");
    Object.defineProperty(prototype, "src", {
      ...native,
      set(this: Loader, url: string) {
        if (!keep(this, url)) native?.set?.call(this, url);
      },
    });
  }
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function (name, value) {
    if (!(/^src$/i.test(name) && isLoader(this) && keep(this, value))) setAttribute.call(this, name, value);
  };
}
