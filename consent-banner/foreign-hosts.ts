import type { FirstService } from "./configuration.ts";

/** What loads something from an address of its own. */
const LOADERS = [HTMLScriptElement, HTMLIFrameElement, HTMLImageElement];
export type Loader = InstanceType<(typeof LOADERS)[number]>;

/** Marks what is held by its host; what the site marked is inert by its own markup. */
export const BY_HOST = "data-c360-held";

export const isLoader = (element: unknown): element is Loader =>
  LOADERS.some((kind) => element instanceof kind);

/** The beginning of a script with an address in written HTML, that the site did not mark itself. */
const WRITTEN = /<script(?![^>]+data-category)(?=[^>]+\ssrc=["']?([^"'\s>]+))/gi;

/** Which listed service serves this address. */
export function serviceAt(services: readonly FirstService[], url: string): FirstService | undefined {
  // A link, because it resolves addresses as a script does and throws for none.
  const { host } = Object.assign(document.createElement("a"), { href: url });
  return services.find(({ hosts }) =>
    hosts?.some((listed) => host === listed || host.endsWith(`.${listed}`)),
  );
}

/**
 * From now on whatever gets an address asks first, also where other scripts insert it. A script without
 * address and text is not even begun, so that its own listeners, `async`, integrity and nonce stay what
 * they were.
 * @param keep whether the address was kept aside
 * @param heldAt the service that is held at this address
 */
export function watchAddresses(
  keep: (element: Loader, url: string) => boolean,
  heldAt: (url: string) => FirstService | false | undefined,
): void {
  for (const { prototype } of LOADERS) {
    const native = Object.getOwnPropertyDescriptor(prototype, "src");
    Object.defineProperty(prototype, "src", {
      ...native,
      set(this: Loader, url: string) {
        if (!keep(this, url)) native?.set?.call(this, url);
      },
    });
  }

  /** Lets `judge` see, and change, what a method of the browser is called with; it may do the work itself. */
  const before = (owner: object, name: string, judge: (args: unknown[], self: unknown) => unknown) => {
    const native = Reflect.get(owner, name);
    Reflect.set(owner, name, function (this: unknown, ...args: unknown[]) {
      return judge(args, this) || Reflect.apply(native, this, args);
    });
  };
  before(
    Element.prototype,
    "setAttribute",
    ([name, value], element) => /^src$/i.test(`${name}`) && isLoader(element) && keep(element, `${value}`),
  );
  for (const name of ["write", "writeln"])
    before(document, name, (args) => {
      // Of two attributes of one name the parser takes the first.
      const written = args.join("");
      const text = written.replace(WRITTEN, (tag, url) => {
        const service = heldAt(url);
        return service ? `${tag} type="text/plain" data-category="${service.category}"` : tag;
      });
      if (text !== written) args.splice(0, args.length, text);
    });
}
