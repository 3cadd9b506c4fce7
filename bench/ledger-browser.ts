import { DEMO } from "../local/seed.ts";
import { openBrowser } from "../tests/product/browser.ts";
import { median } from "./client.ts";
import type { LoadedEdge, Options } from "./ledger-flatness.ts";

const RECEIPTS = 60;
const WARM_UP = 10;
const GOAL_MS = 20;

/** Receipts of the log checked by its own page in Chromium: from the chosen file to the words on the page. */
export async function measureBrowser({ edge, loaded }: LoadedEdge, { say }: Options): Promise<void> {
  const receipts = await Promise.all(
    Array.from({ length: RECEIPTS }, async () => {
      const index = Math.floor(Math.random() * loaded.size);
      const answer = await fetch(`${edge.url}/log/${DEMO.log}/receipt/${index}.tlog-proof`);
      if (!answer.ok) throw new Error(`receipt ${index}: ${answer.status}`);
      return answer.text();
    }),
  );
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`${edge.url}/log/${DEMO.log}/verify`);
    const times = await page.evaluate(checkInPage, receipts);
    const warm = times.slice(WARM_UP).toSorted((a, b) => a - b);
    const p95 = warm[Math.floor(warm.length * 0.95)] ?? Number.NaN;
    const middle = median(warm);
    say(
      `\nA receipt out of ${loaded.size.toLocaleString("en")} (${receipts[0]?.length} bytes) checks in the browser in ${middle.toFixed(1)} ms, 95 % within ${p95.toFixed(1)} ms, the first ${times[0]?.toFixed(1)} ms (goal ≤ ${GOAL_MS} ms${middle > GOAL_MS ? ", missed" : ""}).`,
    );
    if (middle > GOAL_MS) process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

/** Runs in the page. @returns milliseconds of each check, in order */
async function checkInPage(receipts: readonly string[]): Promise<number[]> {
  const input = document.querySelector<HTMLInputElement>("#receipt");
  const verdict = document.querySelector<HTMLElement>("#verdict");
  if (input === null || verdict === null) throw new Error("this is not the page that checks receipts");
  const times: number[] = [];
  for (const receipt of receipts) {
    const files = new DataTransfer();
    files.items.add(new File([receipt], "receipt.tlog-proof", { type: "text/plain" }));
    input.files = files.files;
    delete verdict.dataset.tone;
    const said = new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        if (verdict.dataset.tone === undefined) return;
        observer.disconnect();
        resolve();
      });
      observer.observe(verdict, { attributes: true });
    });
    const begun = performance.now();
    input.dispatchEvent(new Event("change"));
    await said;
    times.push(performance.now() - begun);
    if (verdict.dataset.tone !== "verified") throw new Error(`refused: ${verdict.textContent}`);
  }
  return times;
}
