import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../db/client.ts";
import { databaseOf } from "../../local/edge.ts";
import { DEMO } from "../../local/seed.ts";
import { LogReader } from "../../verify/log-reader.ts";
import { watchLog } from "../../verify/watch-log.ts";
import { parseVkey } from "../../worker/ledger/signed-note.ts";
import { type Edge, startEdge } from "./place.ts";

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge.stop());

/** One look of the monitor at the demo's log and at what its site serves. */
async function look() {
  const url = new URL(`${edge.url}/log/${DEMO.log}/`);
  const key = parseVkey(await (await fetch(new URL("vkey", url))).text());
  return watchLog(new LogReader(url), [key], null, 4, { sites: [], patienceMs: 5000 });
}

test("what the product serves is in its log, and a notice that was changed behind it is refused", async () => {
  expect((await look()).sites).toContain(DEMO.site);
  const database = openDatabase(databaseOf(edge.place));
  await database.write([
    {
      sql: "UPDATE notice SET document = replace(document, 'Accept', 'Agree') WHERE site = ?1",
      args: [DEMO.site],
    },
  ]);
  await expect(look()).rejects.toThrow(`/c/${DEMO.site}.json names another notice_hash`);
});
