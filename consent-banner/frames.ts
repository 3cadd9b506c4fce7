import type { DialogContext } from "./dialog.ts";
import { styleSheet } from "./element.ts";
import css from "./frames.css?inline";
import type { HeldFrames } from "./gate.ts";
import { fill } from "./language.ts";

/**
 * A cover lies over the empty frame instead of replacing it, so that the layout is the frame's own
 * throughout. It says who would be contacted, and lets just that through if asked.
 * @param show lets a service or address through
 * @returns a function that covers exactly the frames that are held
 */
export async function createCovers(
  { sheets, speech: { language, rtl }, published, kit: { h } }: DialogContext,
  choose: () => void,
  show: (name: string) => void,
): Promise<(held: HeldFrames) => void> {
  const { notice } = await published([language]);
  const texts = notice.texts[language];
  if (texts === undefined) throw new Error(`no longer published in ${language}`);
  const own = styleSheet(css);
  const covered = new Map<HTMLElement, HTMLElement>();
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

  const cover = (frame: HTMLElement, held: string) => {
    const service = notice.services.find(({ id }) => id === held);
    // A link, because it resolves addresses as a frame does and throws for none.
    const { host } = h("a", { href: frame.dataset.src });
    const name = frame.title || service?.name || host;
    const cover = document.createElement("c360-placeholder");
    cover.lang = language;
    cover.dir = rtl ? "rtl" : "ltr";
    const root = cover.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [...sheets, own];
    const showButton = h("button", { type: "button" }, texts.frame_show);
    const chooseButton = h("button", { type: "button", class: "plain" }, texts.choose);
    showButton.onclick = () => {
      show(held);
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
  };

  return (held) => {
    for (const [frame, cover] of covered)
      if (!held.has(frame)) {
        resized.unobserve(frame);
        covered.delete(frame);
        cover.remove();
      }
    for (const [frame, name] of held) if (!covered.has(frame)) cover(frame, name);
  };
}
