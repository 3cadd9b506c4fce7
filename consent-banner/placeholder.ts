import type { FirstService, FirstTexts } from "./configuration.ts";
import { h } from "./element.ts";
import type { Placehold } from "./gate.ts";
import { fill } from "./language.ts";

/**
 * Says in a held frame's place who would be contacted, and shows just that frame if asked. It lies
 * over the empty frame instead of replacing it, so that the layout is the frame's own throughout.
 */
export function createPlacehold(
  texts: FirstTexts,
  services: readonly FirstService[],
  sheet: CSSStyleSheet,
  choose: () => void,
): Placehold {
  const covered = new Map<HTMLIFrameElement, HTMLElement>();
  const place = () => {
    for (const [frame, cover] of covered) {
      const { left, top, width, height } = frame.getBoundingClientRect();
      cover.hidden = width === 0;
      const now = cover.getBoundingClientRect();
      // Set by property: a policy forbids only style attributes in markup.
      const { style } = cover;
      // By what is missing, whatever it is positioned against.
      style.left = `${(Number.parseFloat(style.left) || 0) + left - now.left}px`;
      style.top = `${(Number.parseFloat(style.top) || 0) + top - now.top}px`;
      style.width = `${width}px`;
      style.height = `${height}px`;
    }
  };
  const resized = new ResizeObserver(place);
  // Whatever moves the frame mostly changes the height of the page.
  resized.observe(document.documentElement);

  return (frame, show) => {
    // A link, because it resolves addresses as a frame does and throws for none.
    const { host } = h("a", { href: frame.dataset.src });
    const service = services.find((one) => one.id === frame.dataset.service || one.host === host);
    const name = frame.title || service?.name || host;
    const cover = document.createElement("c360-placeholder");
    const root = cover.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    const showButton = h("button", { type: "button" }, texts.frame_show);
    const chooseButton = h("button", { type: "button", class: "plain" }, texts.choose);
    showButton.onclick = () => {
      show();
      frame.focus();
    };
    chooseButton.onclick = choose;
    root.append(
      h(
        "div",
        { class: "frame", role: "group", "aria-label": name },
        h(
          "p",
          {},
          fill(texts.frame, { name: service?.name ?? name, provider: service?.provider ?? host, host }),
        ),
        h("div", { class: "actions" }, showButton, chooseButton),
      ),
    );
    // Shown by the first observation, which waits for the page's style sheets.
    cover.hidden = true;
    frame.after(cover);
    covered.set(frame, cover);
    resized.observe(frame);
    return () => {
      resized.unobserve(frame);
      covered.delete(frame);
      cover.remove();
    };
  };
}
