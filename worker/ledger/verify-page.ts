import { html } from "hono/html";

/** Where the build puts the page's script and style (entry `verify/page/client.ts`). */
const SCRIPT = "/verify-receipt.js";
const STYLE = "/verify-receipt.css";
/** Spelt apart: the compiler rewrites a tagged template that closes this tag, with a module that the tests' workerd lacks. */
const SCRIPT_TAG = "script";

/** The page that checks a receipt in the browser: everything it needs is in its script, nothing is sent. */
export function verifyPage(vkeys: readonly string[]) {
  const log = vkeys[0]?.split("+")[0];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Check a consent receipt</title>
<link rel="stylesheet" href="/tokens.css">
<link rel="stylesheet" href="${STYLE}">
<script type="module" src="${SCRIPT}"></${SCRIPT_TAG}>
</head>
<body>
<main>
<h1>Check a consent receipt</h1>
<p>A receipt shows that a choice you made stands in the public log <b>${log}</b>. It is checked here, in
your browser: the file is not sent anywhere, and the page works without a network once it is open.</p>
<form id="check">
<div class="drop" id="drop">
<label for="receipt">Your receipt, a file that ends in .tlog-proof</label>
<input id="receipt" type="file" accept=".tlog-proof,text/plain" required>
<p class="hint">Choose the file, or drop it here.</p>
</div>
<details>
<summary>More to check</summary>
<label for="answer">The answer that came with it (JSON with your record and its salt)</label>
<input id="answer" type="file" accept=".json,application/json">
<label for="vkey">The log's verification keys, one a line: any of them may have signed</label>
<textarea id="vkey" rows="3" spellcheck="false" autocomplete="off">${vkeys.join("\n")}</textarea>
<p class="hint">These keys came with the page. Whoever does not want to trust this server puts the key here
that they kept from before, or that somebody else published.</p>
</details>
</form>
<div id="verdict" role="status" aria-live="polite"></div>
<noscript><p>The check needs script. Without it: <code>npm run verify -- receipt FILE --vkey KEY</code></p></noscript>
<section>
<h2>What a verified receipt proves</h2>
<ul>
<li>The log signed a tree of entries, and this entry is in it, at this place, unchanged.</li>
<li>The log cannot take the entry out or change it without showing two different histories.</li>
<li>With the answer that came with it: the entry commits to exactly that record, its choice and its time.</li>
</ul>
<h2>What it does not prove</h2>
<ul>
<li>That a human clicked, or who it was: the entry holds no name, no address, no device.</li>
<li>That the choice still holds: a later one may have replaced it.</li>
<li>That everybody sees the same log: compare checkpoints with others to be sure of that.</li>
</ul>
</section>
</main>
</body>
</html>`;
}
