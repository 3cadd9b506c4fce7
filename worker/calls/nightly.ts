import { openPlaces, type Place, type Places } from "../../db/places.ts";
import { inEveryPlace } from "../accounts/every-place.ts";
import { healMoves } from "../accounts/heal-moves.ts";
import { tellDirectory } from "../accounts/tell-directory.ts";
import { TenantDatabase } from "../accounts/tenant-database.ts";
import { type Env, settingsOf } from "../env.ts";
import { maintain } from "../live/room.ts";
import { answered, writeWhereOpen } from "./commit.ts";
import {
  beginNight,
  organisationsBeforeNight,
  organisationsWithJobs,
  readOrganisations,
} from "./maintenance-queries.ts";
import { selfCheck } from "./self-check.ts";

const DAY_MS = 86_400_000;
/** 20:30 UTC: two at night in India. */
const NIGHT_BEGINS_MS = 20.5 * 3_600_000;
/** Organisations of a database a run; the next run, five minutes later, goes on. */
const ORGANISATIONS = 50;

/**
 * Once a night, for every organisation: drops what is past its limits and checks a day's rollups. At
 * every run: wakes the rooms that have work open, should an object have been lost with its alarm, and tells the directory what waits for it elsewhere.
 */
export async function maintainCalls(env: Env): Promise<void> {
  const { database, orgDatabases } = settingsOf(env);
  const places = openPlaces(database, orgDatabases);
  const now = Date.now();
  await inEveryPlace(places, now, (place) => maintainPlace(env, places, place, now));
}

async function maintainPlace(env: Env, places: Places, place: Place, now: number): Promise<void> {
  await healMoves(places, place, now);
  await tellDirectory(places, place);
  const database = places.at(place);
  const night = Math.floor((now - NIGHT_BEGINS_MS) / DAY_MS);
  const [waiting] = await database.read([organisationsBeforeNight(night, ORGANISATIONS)]);
  for (const org of readOrganisations(answered(waiting))) {
    await maintain(env, org, { kind: "retain" });
    const tenant = new TenantDatabase(places, org, place);
    await selfCheck(tenant, org, Math.random(), now);
    await writeWhereOpen(tenant, org, [beginNight(org, night)]);
  }
  const [open] = await database.read([organisationsWithJobs(ORGANISATIONS)]);
  for (const org of readOrganisations(answered(open))) await maintain(env, org, { kind: "continue" });
}
