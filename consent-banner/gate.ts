import { CATEGORIES, type CategoryOrNecessary } from "./configuration.ts";
import { createScriptOrder } from "./script-order.ts";

const HELD = 'script[type="text/plain"][data-category],iframe[data-category][data-src]';

/** Puts something in a frame's place until it may load. @returns what takes it away again */
export type Placehold = (frame: HTMLIFrameElement, show: () => void) => () => void;

/**
 * Holds back what the visitor has not agreed to: `<script type="text/plain" data-category>` and
 * `<iframe data-category data-src>`, inert by their own markup, also those inserted later.
 * Several categories in one attribute must all be allowed.
 * @returns a function that lets through what is allowed now and holds frames that no longer are
 */
export function createGate(allows: (category: CategoryOrNecessary) => boolean, placehold: Placehold) {
  const placeholders = new Map<HTMLIFrameElement, () => void>();
  const shownOnce = new WeakSet<Element>();
  const release = createScriptOrder();

  const load = (frame: HTMLIFrameElement) => {
    placeholders.get(frame)?.();
    placeholders.delete(frame);
    const { src = "" } = frame.dataset;
    if (frame.getAttribute("src") !== src) frame.src = src;
  };

  const hold = (frame: HTMLIFrameElement) => {
    if (placeholders.has(frame)) return;
    if (frame.hasAttribute("src")) frame.src = "about:blank";
    const show = () => {
      shownOnce.add(frame);
      load(frame);
    };
    placeholders.set(frame, placehold(frame, show));
  };

  const judge = (element: Element) => {
    const names = element.getAttribute("data-category")?.trim().split(/\s+/) ?? [];
    const allowed = names.every((name) => isCategory(name) && allows(name));
    if (element instanceof HTMLIFrameElement) {
      if (allowed || shownOnce.has(element)) load(element);
      else hold(element);
    } else if (allowed && element instanceof HTMLScriptElement) release(element);
  };

  const visit = (root: Element | Document) => {
    if (root instanceof Element && root.matches(HELD)) judge(root);
    root.querySelectorAll(HELD).forEach(judge);
  };

  new MutationObserver((mutations) => {
    for (const { addedNodes } of mutations)
      for (const node of addedNodes) if (node instanceof Element) visit(node);
    for (const [frame, remove] of placeholders)
      if (!frame.isConnected) {
        remove();
        placeholders.delete(frame);
      }
  }).observe(document, { childList: true, subtree: true });

  return () => visit(document);
}

const isCategory = (name: string): name is CategoryOrNecessary => ["necessary", ...CATEGORIES].includes(name);
