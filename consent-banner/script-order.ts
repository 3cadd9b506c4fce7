/**
 * Runs held scripts as the parser would have run them: blocking ones one after another, inline ones
 * in their place among them, `defer` and modules afterwards in order, `async` ones as they come.
 * @returns a function that releases one script; call it in document order
 */
export function createScriptOrder() {
  /** Settles when all blocking scripts so far have run; null while none is under way. */
  let blocking: Promise<unknown> | null = null;

  const extend = (next: Promise<unknown>) => {
    blocking = next;
    next.then(() => {
      if (blocking === next) blocking = null;
    });
  };

  return (held: HTMLScriptElement) => {
    const script = freshCopy(held);
    const external = script.src !== "";
    const module = script.type === "module";
    const insert = () => held.replaceWith(script);
    // Held no more: another visit must not release it again.
    held.type = "c360/released";

    if (held.hasAttribute("async") && (external || module)) insert();
    else {
      // What a script inserts runs async unless told otherwise; false keeps the order of insertion.
      script.async = false;
      if (module || (external && script.defer))
        afterParsing(() => (blocking ? extend(blocking.then(insert)) : insert()));
      else if (external) {
        const ran = new Promise((resolve) => {
          script.addEventListener("load", resolve);
          script.addEventListener("error", resolve);
        });
        const before = blocking;
        // The browser keeps external ones in order and fetches them side by side. An inline one that
        // waits still gets its place: its turn comes within the load event of the one before.
        insert();
        extend(before ? before.then(() => ran) : ran);
      } else if (blocking) extend(blocking.then(insert));
      else insert();
    }
  };
}

/** A script runs only once and keeps its first type, so what was held is made anew. */
function freshCopy(held: HTMLScriptElement): HTMLScriptElement {
  const script = document.createElement("script");
  for (const { name, value } of held.attributes)
    if (name !== "type" && name !== "data-category") script.setAttribute(name, value);
  const { type, src } = held.dataset;
  if (type) script.type = type;
  if (src) script.src = src;
  // The attribute reads as empty once the page is parsed; the property keeps the nonce.
  script.nonce = held.nonce;
  script.text = held.text;
  return script;
}

function afterParsing(run: () => void): void {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run, { once: true });
  else run();
}
