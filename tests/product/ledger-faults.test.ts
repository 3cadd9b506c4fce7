import { afterAll, beforeAll, expect, it } from "vitest";
import { DEMO } from "../../local/seed.ts";
import { auditLog } from "../soak/ledger-audit.ts";
import { underFaults } from "../soak/ledger-faults.ts";
import { LedgerLoad } from "../soak/ledger-load.ts";
import { type LedgerPlace, startLedgerPlace } from "../soak/ledger-place.ts";

let place: LedgerPlace;

beforeAll(async () => {
  place = await startLedgerPlace();
});

afterAll(() => place.stop());

it("keeps every promise through 20 faults, with two sequencers on one log", async () => {
  const load = await LedgerLoad.start([place.edge.url, place.second.url], place.edge.url);
  await underFaults(place, load, 20);
  load.stop();
  expect(load.unexpected).toEqual([]);
  expect(await auditLog(place.edge.url, DEMO.log, load)).toEqual([]);
  expect(load.checkpoints.size).toBeGreaterThan(20);
});
