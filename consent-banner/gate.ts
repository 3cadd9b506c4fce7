import type { FirstService } from "./configuration.ts";
import { BY_HOST, isLoader, type Loader, serviceAt, watchAddresses } from "./foreign-hosts.ts";
import { createScriptOrder, trusted } from "./script-order.ts";

const HELD = `script[type="text/plain"][data-category],[${BY_HOST}],iframe[data-category][data-src]`;

/** Frames that wait, each by its service's id or its address. */
export type HeldFrames = Map<HTMLElement, string>;

/**
 * Holds back what the visitor has not agreed to, also what is inserted later: marked scripts
 * (`<script type="text/plain" data-category>`) and frames (`<iframe data-category data-src>`), inert by
 * their own markup, and what would come from a listed host: scripts, frames and images that a script inserts, and
 * scripts that one writes. Several categories in one attribute must all be allowed.
 * @param changed is told of every change of the page or of what is held
 * @returns what lets through what is allowed now, or one service or address alone for as long as the
 *   page lives, and holds frames that no longer are allowed
 */
export function createGate(
  services: readonly FirstService[],
  allows: (category: string) => boolean,
  changed: (held: HeldFrames) => void,
): (alone?: string) => void {
  const frames: HeldFrames = new Map();
  const letThrough = new Set<string>();
  const release = createScriptOrder();

  const heldAt = (url: string) => {
    const service = serviceAt(services, url);
    return service && !allows(service.category) && !letThrough.has(service.id) && service;
  };

  /** Sets aside the address of something that a listed host serves; the site's own mark is the better judge. */
  const keep = (element: Loader, url: string): boolean => {
    const { dataset } = element;
    const held = element.hasAttribute(BY_HOST);
    const service = (held || !dataset.category) && heldAt(url);
    if (service) Object.assign(dataset, { src: `${url}`, category: service.category, service: service.id });
    if (held === !service) element.toggleAttribute(BY_HOST);
    return !!service;
  };
  // A site that lists no host keeps its browser as it is.
  if (services[0]) watchAddresses(keep, heldAt);

  const visit = (root: Element | Document) => {
    for (const element of [root, ...root.querySelectorAll(`script[src],iframe[src],${HELD}`)]) {
      if (!isLoader(element)) continue;
      const isScript = element instanceof HTMLScriptElement;
      const { dataset } = element;
      // The parser gives an address before anybody can ask: such a script does not run, but may be fetched.
      // Later there is no parser: a script that comes then was asked when it got its address.
      if (
        (!isScript || document.readyState === "loading") &&
        !element.hasAttribute(BY_HOST) &&
        keep(element, element.getAttribute("src") ?? "") &&
        isScript
      ) {
        if (element.type) dataset.type = element.type;
        element.type = "text/plain";
      }
      if (!element.matches(HELD)) continue;

      const { category = "", service, src = "" } = dataset;
      const name = service ?? serviceAt(services, src)?.id ?? src;
      const allowed = letThrough.has(name) || category.trim().split(/\s+/).every(allows);
      if (isScript) {
        if (!allowed) continue;
        if (element.type === "text/plain") release(element);
        else element.src = trusted().createScriptURL(src);
      } else if (allowed) {
        frames.delete(element);
        if (element.getAttribute("src") !== src) element.src = src;
      } else if (element instanceof HTMLIFrameElement) {
        frames.set(element, name);
        if (element.hasAttribute("src")) element.src = "about:blank";
      }
    }
  };

  new MutationObserver((mutations) => {
    for (const { addedNodes } of mutations)
      for (const node of addedNodes) if (node instanceof Element) visit(node);
    for (const frame of frames.keys()) if (!frame.isConnected) frames.delete(frame);
    changed(frames);
  }).observe(document, { childList: true, subtree: true });

  return (alone) => {
    if (alone) letThrough.add(alone);
    visit(document);
    changed(frames);
  };
}
