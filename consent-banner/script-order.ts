const same = (text: string) => text;
const rules = { createScript: same, createScriptURL: same };
let policy: typeof rules | undefined;

declare global {
  interface Window {
    readonly trustedTypes?: { createPolicy(name: string, rules: TrustRules): TrustRules };
  }
}
type TrustRules = typeof rules;

/**
 * Makes what `require-trusted-types-for 'script'` asks for. What the site's own markup held back is as
 * trusted as the markup; a page that names its policies allows `c360`.
 */
export function trusted(): TrustRules {
  policy ??= window.trustedTypes?.createPolicy("c360", rules) ?? rules;
  return policy;
}

/**
 * Runs held scripts as the parser would have run them: blocking ones one after another, inline ones
 * in their place among them, `defer` and modules afterwards in order, `async` ones as they come.
 * Callbacks instead of promises: a page may have put its own in their place.
 * @returns a function that releases one script; call it in document order
 */
export function createScriptOrder() {
  /** The last blocking script that is under way. */
  let pending: HTMLScriptElement | null = null;
  return (held: HTMLScriptElement) => {
    const script = freshCopy(held);
    const external = script.src !== "";
    const module = script.type === "module";
    const insert = () => held.replaceWith(script);
    // Held no more: another visit must not release it again.
    held.type = "c360/released";
    if (held.hasAttribute("async") && (external || module)) return insert();

    // What a script inserts runs async unless told otherwise; false keeps the order of insertion.
    script.async = false;
    if (module || (external && script.defer)) afterParsing(insert);
    else if (external) {
      pending = script;
      ended(script, () => {
        if (pending === script) pending = null;
      });
      // The browser keeps external ones in order and fetches them side by side. An inline one that
      // waits still gets its place: its turn comes within the load event of the one before.
      insert();
    } else if (pending) ended(pending, insert);
    else insert();
  };
}

function ended(script: HTMLScriptElement, run: () => void): void {
  script.addEventListener("load", run);
  script.addEventListener("error", run);
}

/** A script keeps its first type, so what was held is made anew; a copy has the nonce too. */
function freshCopy(held: HTMLScriptElement): HTMLScriptElement {
  const script = document.importNode(held);
  const { type = "", src = held.getAttribute("src") } = held.dataset;
  script.type = type;
  if (src) script.src = trusted().createScriptURL(src);
  if (held.text) script.text = trusted().createScript(held.text);
  return script;
}

function afterParsing(run: () => void): void {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run, { once: true });
  else run();
}
