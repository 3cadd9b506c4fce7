import { parseArgs } from "node:util";
import { ensureBuilt } from "../../local/built.ts";
import { DEMO } from "../../local/seed.ts";
import { auditLog } from "./ledger-audit.ts";
import { underFaults } from "./ledger-faults.ts";
import { LedgerLoad } from "./ledger-load.ts";
import { startLedgerPlace } from "./ledger-place.ts";

/**
 * `npm run soak:ledger -- [--faults 200]`: kills, lost and late answers, a full disk and old backups, under
 * choices that come in through two workers on one database; then the log is held against everything that
 * was acknowledged or signed. Exit code 1 when a promise was broken.
 */
const { values } = parseArgs({ options: { faults: { type: "string", default: "200" } } });
const count = Number(values.faults);
const say = (line: string) => process.stdout.write(`${line}\n`);

await ensureBuilt();
const place = await startLedgerPlace();
try {
  const begun = performance.now();
  const load = await LedgerLoad.start([place.edge.url, place.second.url], place.edge.url);
  let strikes = 0;
  await underFaults(place, load, count, (fault) => {
    strikes += 1;
    say(`${strikes} of ${count}: ${fault}; ${load.acknowledged.length} acknowledged`);
  });
  load.stop();
  const wrong = [...load.unexpected, ...(await auditLog(place.edge.url, DEMO.log, load))];
  for (const line of wrong) say(line);
  say(
    `${count} faults in ${Math.round((performance.now() - begun) / 1000)} s: ${load.acknowledged.length} consents acknowledged, ${load.checkpoints.size} checkpoints seen, ${wrong.length} promises broken`,
  );
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  await place.stop();
}
