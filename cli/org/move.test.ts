import { afterAll, beforeAll, expect, it } from "vitest";
import { type Database, DatabaseUnavailable } from "../../db/client.ts";
import { openPlaces, type Place } from "../../db/places.ts";
import { healMoves } from "../../worker/accounts/heal-moves.ts";
import { TenantDatabase } from "../../worker/accounts/tenant-database.ts";
import type { Call } from "../../worker/calls/call.ts";
import { commitFenced, writeWhereOpen } from "../../worker/calls/commit.ts";
import { type OwnDatabase, ownDatabase } from "../../worker/calls/fixtures/organisation.ts";
import { startZoneChange } from "../../worker/calls/rebuild-zone.ts";
import { CallWriter } from "../../worker/calls/store-calls.ts";
import { cancelMove, type MoveOptions, moveOrganisation, type Step } from "./move.ts";
import { openWorld, type World } from "./world.ts";

/** Two real database servers: the directory's, and one beside it. */
let home: OwnDatabase;
let beside: OwnDatabase;
let elsewhere: string;

beforeAll(async () => {
  [home, beside] = await Promise.all([ownDatabase(), ownDatabase()]);
  elsewhere = beside.server.url;
});
afterAll(async () => {
  await Promise.all([home.close(), beside.close()]);
});

const GROUP = { urls: "http://127.0.0.1:*" };
const world = () => openWorld({ url: home.server.url }, GROUP);
const places = () => openPlaces({ url: home.server.url }, GROUP);
/** As an isolate that has just started. */
const writerOf = (org: string) => new CallWriter(org, new TenantDatabase(places(), org));

function move(org: string, target: Place, more: Partial<MoveOptions> & { world?: World } = {}) {
  return moveOrganisation(more.world ?? world(), {
    org,
    target,
    by: "test",
    graceMs: 0,
    done: () => {},
    ...more,
  });
}

const NOON = Date.parse("2026-11-20T06:30:00Z");

/** Call `n` lasts n + revision seconds. */
function call(n: number, revision = 1): Call {
  return {
    call_id: `c_${n}`,
    revision,
    team: `t_${n % 3}`,
    caller: `u_${n % 7}`,
    customer_ref: n % 2 === 0 ? `cust_${n % 5} "✆"` : null,
    direction: "inbound",
    status: "connected",
    started_at: NOON - n * 61_000,
    duration_s: n + revision,
    clarity: n % 100,
    proficiency: null,
    volume: null,
    sentiment: n % 4 === 0 ? "positive" : null,
    keywords: n % 3 === 0 ? '["price, \\"net\\"","दाम"]' : null,
  };
}

const calls = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => call(from + index));

/** By hand: how many calls, and how long they were in sum. */
function sumOf(stored: Iterable<Call>) {
  const all = [...stored];
  return { n: all.length, talk: all.reduce((sum, { duration_s }) => sum + duration_s, 0) };
}

/** The same out of the calls, and out of each rollup that adds up to the whole. */
async function totals(own: OwnDatabase, org: string) {
  const one = async (sql: string) => (await own.run(sql, [org]))[0];
  return [
    await one("SELECT count(*) AS n, coalesce(sum(duration_s), 0) AS talk FROM calls WHERE org = ?1"),
    await one(
      "SELECT coalesce(sum(connected), 0) AS n, coalesce(sum(talk_s), 0) AS talk FROM r_team_day WHERE org = ?1 AND team = '*'",
    ),
    await one(
      "SELECT coalesce(sum(connected), 0) AS n, coalesce(sum(talk_s), 0) AS talk FROM r_slot WHERE org = ?1 AND team = '*'",
    ),
  ];
}

const everywhere = (sum: { n: number; talk: number }) => [sum, sum, sum];
const EMPTY = everywhere({ n: 0, talk: 0 });

it("moves while others write, and takes exactly what was acknowledged; another organisation with the same ids stays", async () => {
  const [org, other] = [await home.organisation(), await home.organisation()];
  await writerOf(org).store(calls(0, 4000));
  await writerOf(other).store(calls(0, 50).map((one) => ({ ...one, team: "t_other" })));
  const otherBefore = await home.dump(other);
  const acknowledged = new Map(calls(0, 4000).map((one) => [one.call_id, one]));

  let isMoving = true;
  let batches = 0;
  const load = async (from: number) => {
    const writer = writerOf(org);
    for (let n = from; isMoving || n < from + 200; n += 20) {
      // New ones, and corrections of old ones.
      const events = [...calls(n, n + 20), call(n % 4000, 2)];
      const { verdicts } = await writer.store(events);
      for (const [index, event] of events.entries())
        if (verdicts[index] === "accepted") acknowledged.set(event.call_id, event);
      batches += 1;
    }
  };
  const loads = [load(10_000), load(20_000)];
  const steps: Step[] = [];
  const before = batches;
  const compared = await move(org, elsewhere, { done: (step) => void steps.push(step) });
  expect(batches - before).toBeGreaterThan(3);
  isMoving = false;
  await Promise.all(loads);

  expect(steps).toEqual([
    "begun",
    "prepared",
    "copied",
    "caught-up",
    "closed",
    "verified",
    "switched",
    "open",
    "purged",
  ]);
  expect(compared?.find(({ table }) => table === "calls")?.source.rows).toBeGreaterThan(4000);
  expect(await totals(beside, org)).toEqual(everywhere(sumOf(acknowledged.values())));
  expect(await totals(home, org)).toEqual(EMPTY);
  expect(await home.dump(other)).toBe(otherBefore);
  expect(await totals(beside, other)).toEqual(EMPTY);
  expect(await home.run("SELECT actor, action, target FROM audit_log WHERE org = ?1", [org])).toEqual([
    { actor: "test", action: "org.move", target: elsewhere },
  ]);
});

it("killed at any write, the next run finishes; there and back again", async () => {
  const org = await home.organisation();
  const writer = writerOf(org);
  await writer.store(calls(0, 300));
  const stored = new Map(calls(0, 300).map((one) => [one.call_id, one]));
  let kills = 0;
  for (let isKilled = true; isKilled; ) {
    const target = kills % 2 === 0 ? elsewhere : null;
    isKilled = await move(org, target, { world: dying(world(), kills) }).then(
      () => false,
      (error) => {
        if (!(error instanceof Killed)) throw error;
        return true;
      },
    );
    if (isKilled) kills += 1;
    // Waits while nobody may write, and goes through once the move is over.
    const extra = call(1000 + stored.size);
    const [stores] = await Promise.all([writer.store([extra]), move(org, target)]);
    expect(stores.verdicts).toEqual(["accepted"]);
    stored.set(extra.call_id, extra);
    const [now, old] = target === null ? [home, beside] : [beside, home];
    expect(await totals(now, org)).toEqual(everywhere(sumOf(stored.values())));
    expect(await totals(old, org)).toEqual(EMPTY);
    expect(await old.run("SELECT count(*) AS n FROM org_change")).toEqual([{ n: 0 }]);
    expect(await home.run("SELECT count(*) AS n FROM org_move")).toEqual([{ n: 0 }]);
  }
  expect(kills).toBeGreaterThan(20);
  expect(
    await beside.run("SELECT count(*) AS n FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'move %'"),
  ).toEqual([{ n: 0 }]);
}, 180_000);

class Killed extends Error {}

/** A world whose program dies when its write number `writes`, from 0, is done and before it knows. */
function dying(alive: World, writes: number): World {
  let left = writes;
  return {
    ...alive,
    at: (place) => {
      const database = alive.at(place);
      return {
        read: (statements) => database.read(statements),
        write: async (statements) => {
          if (left < 0) throw new Killed();
          left -= 1;
          const results = await database.write(statements);
          if (left < 0) throw new Killed();
          return results;
        },
      };
    },
  };
}

it("who still believes in the old place is refused there by the fence, and finds the new one", async () => {
  const org = await home.organisation();
  const stale = writerOf(org);
  await stale.store(calls(0, 10));
  await move(org, elsewhere);
  // An isolate that goes on with what it read before the move.
  const batch = { org, seq: 1, zone: "Asia/Kolkata", statements: ["UPDATE calls SET rev = 99"] };
  expect(await commitFenced(home.database, batch)).toBe(false);
  await expect(writeWhereOpen(home.database, org, ["UPDATE calls SET rev = 99"], 0)).rejects.toBeInstanceOf(
    DatabaseUnavailable,
  );
  expect(await stale.store([call(10), call(3)])).toMatchObject({
    seq: 2,
    verdicts: ["accepted", "duplicate"],
  });
  expect(await totals(home, org)).toEqual(EMPTY);
  expect(await totals(beside, org)).toEqual(everywhere(sumOf(calls(0, 11))));
});

it("an answer that was lost while the organisation moved is stored once", async () => {
  const org = await home.organisation();
  await writerOf(org).store(calls(0, 10));
  const tenant = new TenantDatabase(places(), org);
  let lose = true;
  const line: Database = {
    read: (statements) => tenant.read(statements),
    write: async (statements) => {
      const results = await tenant.write(statements);
      if (!lose) return results;
      lose = false;
      // It committed; before that is known the organisation moves away.
      await move(org, elsewhere);
      throw new DatabaseUnavailable("the line broke");
    },
  };
  const { verdicts } = await new CallWriter(org, line).store([call(10)]);
  // Who committed at its place moved along too.
  expect(verdicts).toEqual(["accepted"]);
  expect(await totals(beside, org)).toEqual(everywhere(sumOf(calls(0, 11))));
});

it("a copy that differs is found: the move is given up and writing goes on where it was", async () => {
  const org = await home.organisation();
  await writerOf(org).store(calls(0, 100));
  const spoil = async (step: Step) => {
    if (step === "caught-up")
      await beside.run("UPDATE calls SET clarity = 1 WHERE org = ?1 AND call_id = 'c_5'", [org]);
  };
  await expect(move(org, elsewhere, { done: spoil })).rejects.toThrow("The copies differ in calls.");
  expect(await writerOf(org).store([call(100)])).toMatchObject({ verdicts: ["accepted"] });
  expect(await totals(home, org)).toEqual(everywhere(sumOf(calls(0, 101))));
  expect(await totals(beside, org)).toEqual(EMPTY);
  await move(org, elsewhere);
  expect(await totals(beside, org)).toEqual(everywhere(sumOf(calls(0, 101))));
});

it("a mover that was taken for dead writes nothing any more", async () => {
  const org = await home.organisation();
  await writerOf(org).store(calls(0, 100));
  const late = move(org, elsewhere, {
    done: async (step) => {
      // Meanwhile another run of the same command does it all, and a call is corrected in the new place.
      if (step !== "prepared") return;
      await move(org, elsewhere);
      await writerOf(org).store([call(5, 2)]);
    },
  });
  await expect(late).rejects.toThrow("another run of it has taken over");
  const now = [...calls(0, 5), call(5, 2), ...calls(6, 100)];
  expect(await totals(beside, org)).toEqual(everywhere(sumOf(now)));
});

it("the schedule opens what a dead mover left closed, where the directory says the organisation is", async () => {
  const org = await home.organisation();
  await writerOf(org).store(calls(0, 10));
  const die = (at: Step) => ({
    done: (step: Step) => {
      if (step === at) throw new Killed();
    },
  });
  const isOpen = async (own: OwnDatabase) =>
    (await own.run("SELECT count(*) AS n FROM org_closed WHERE org = ?1", [org]))[0]?.n === 0;
  await expect(move(org, elsewhere, die("closed"))).rejects.toBeInstanceOf(Killed);
  await healMoves(places(), null, Date.now());
  // It may live yet.
  expect(await isOpen(home)).toBe(false);
  await healMoves(places(), null, Date.now() + 180_000);
  expect(await isOpen(home)).toBe(true);
  expect(await writerOf(org).store([call(10)])).toMatchObject({ verdicts: ["accepted"] });

  await expect(move(org, elsewhere, die("switched"))).rejects.toBeInstanceOf(Killed);
  await healMoves(places(), elsewhere, Date.now());
  expect(await writerOf(org).store([call(11)])).toMatchObject({ verdicts: ["accepted"] });
  await expect(cancelMove(world(), org)).rejects.toThrow("has switched already");
  await move(org, elsewhere);
  expect(await totals(beside, org)).toEqual(everywhere(sumOf(calls(0, 12))));
  expect(await totals(home, org)).toEqual(EMPTY);
});

it("begins nothing where it could not end: unknown, foreign, the directory itself, another form", async () => {
  const org = await home.organisation();
  await writerOf(org).store(calls(0, 10));
  await expect(move("org_nobody", elsewhere)).rejects.toThrow("There is no organisation org_nobody.");
  await expect(move(org, home.server.url)).rejects.toThrow("is the directory's own database");
  await expect(move(org, "http://db.example:1")).rejects.toThrow("is not of the form http://127.0.0.1:*");
  // The same id in another installation's database.
  await new CallWriter(org, beside.database).store(calls(0, 3)).catch(() => undefined);
  await beside.run(
    "INSERT INTO calls SELECT ?1, 'c', 1, 't', 'u', NULL, 'inbound', 'missed', 1, 0, NULL, NULL, NULL, NULL, NULL",
    [org],
  );
  await expect(move(org, elsewhere)).rejects.toThrow("that this directory did not put there");
  expect(await writerOf(org).store([call(10)])).toMatchObject({ verdicts: ["accepted"] });
  expect(await totals(home, org)).toEqual(everywhere(sumOf(calls(0, 11))));
});

it("an order in an own database reaches the directory: the audit log, and the zone", async () => {
  const org = await home.organisation();
  await writerOf(org).store(calls(0, 10));
  await move(org, elsewhere);
  const tenant = new TenantDatabase(places(), org);
  await startZoneChange(tenant, org, "Asia/Dubai", "key:k", NOON);
  expect(await home.run("SELECT time_zone FROM organization WHERE id = ?1", [org])).toEqual([
    { time_zone: "Asia/Kolkata" },
  ]);
  const { tellDirectory } = await import("../../worker/accounts/tell-directory.ts");
  await tellDirectory(places(), elsewhere);
  await tellDirectory(places(), elsewhere);
  expect(await home.run("SELECT time_zone FROM organization WHERE id = ?1", [org])).toEqual([
    { time_zone: "Asia/Dubai" },
  ]);
  const entries = await home.run("SELECT action FROM audit_log WHERE org = ?1 ORDER BY action", [org]);
  expect(entries).toEqual([{ action: "org.move" }, { action: "org.time_zone" }]);
  expect(await beside.run("SELECT count(*) AS n FROM audit_log WHERE org = ?1", [org])).toEqual([{ n: 0 }]);
});
