import { parseArgs } from "node:util";
import { openBrowser } from "../tests/product/browser.ts";
import { openStage } from "./banner/page.ts";
import { contenders } from "./banner/peers.ts";
import { type Visit, visit } from "./banner/visit.ts";
import { median } from "./client.ts";

/** Ours against four banners on the same page, cold, in rounds that take turns. */
const { values } = parseArgs({
  options: { rounds: { type: "string", default: "9" }, only: { type: "string", multiple: true } },
});
const say = (line: string) => process.stdout.write(`${line}\n`);

const all = (await contenders()).filter(
  ({ name }) => values.only?.some((one) => name.startsWith(one)) !== false,
);
const stage = await openStage(all);
const browser = await openBrowser();
const visits = new Map<string, Visit[]>(["bare", ...all.map(({ name }) => name)].map((name) => [name, []]));
try {
  // The first round fills caches of the machine and is thrown away.
  for (let round = -1; round < Number(values.rounds); round++) {
    const turns = [...visits.keys()];
    // Each begins in turn, so that none is always measured after the heaviest.
    for (const name of [...turns.slice(round % turns.length), ...turns.slice(0, round % turns.length)]) {
      const index = all.findIndex((one) => one.name === name);
      const seen = await visit(browser, `${stage.site}/${index < 0 ? "bare" : index}`, all[index] ?? null);
      if (round >= 0) visits.get(name)?.push(seen);
    }
  }
  report();
} finally {
  await browser.close();
  stage.close();
}

function report(): void {
  const middle = (name: string, key: keyof Visit) => median((visits.get(name) ?? []).map((one) => one[key]));
  const bare = middle("bare", "firstPaint");
  const peers = all.filter(({ name }) => !name.startsWith("ours"));
  const best = (key: keyof Visit) => Math.min(...peers.map(({ name }) => middle(name, key)));
  const ratio = (a: number, b: number) => (a / b).toFixed(2);
  say(
    `page without a banner: first paint ${bare.toFixed(0)} ms, blocking ${middle("bare", "blocking").toFixed(0)} ms; ${values.rounds} rounds, medians`,
  );
  say(
    "| | brotli bytes | shown, ms | of the best peer | first paint | blocking, ms | gone, ms | gated script, ms |",
  );
  say("|---|---|---|---|---|---|---|---|");
  for (const contender of all) {
    const { name } = contender;
    const figure = (key: keyof Visit) => middle(name, key);
    say(
      `| ${[
        name,
        stage.bytesOf(contender).toLocaleString("en"),
        figure("shown").toFixed(0),
        `${ratio(figure("shown"), best("shown"))}×`,
        `${ratio(figure("firstPaint"), bare)}×`,
        figure("blocking").toFixed(0),
        figure("gone").toFixed(0),
        figure("gatedScript").toFixed(0),
      ].join(" | ")} |`,
    );
  }
  const goal = (what: string, value: number, limit: number) => {
    const met = value <= limit;
    if (!met) process.exitCode = 1;
    say(`${met ? "met   " : "MISSED"} ${what}: ${value.toFixed(2)} (goal ≤ ${limit.toFixed(2)})`);
  };
  const oursBytes = all.find(({ name }) => name === "ours");
  if (oursBytes === undefined || peers.length === 0) return;
  goal("bytes of the tag", stage.filesOf(oursBytes), 6_500);
  goal("shown, of the best peer", middle("ours", "shown") / best("shown"), 0.9);
  goal("first paint, of the bare page", middle("ours", "firstPaint") / bare, 1.15);
  goal("first paint, not async", middle("ours, not async", "firstPaint") / bare, 1.26);
  goal("blocking beyond the bare page, ms", middle("ours", "blocking") - middle("bare", "blocking"), 25);
  goal("accept → gone, ms", middle("ours", "gone"), Math.min(50, best("gone")));
  goal("accept → gated script, ms", middle("ours", "gatedScript"), Math.min(50, best("gatedScript")));
}
