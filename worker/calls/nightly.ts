import { openDatabase } from "../../db/client.ts";
import { type Env, settingsOf } from "../env.ts";
import { maintain } from "../live/room.ts";
import { answered } from "./commit.ts";
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
/** Organisations a run; the next run, five minutes later, goes on. */
const ORGANISATIONS = 50;

/**
 * Once a night, for every organisation: drops what is past its limits and checks a day's rollups. At
 * every run: wakes the rooms that have work open, should an object have been lost with its alarm.
 */
export async function maintainCalls(env: Env): Promise<void> {
  const database = openDatabase(settingsOf(env).database);
  const now = Date.now();
  const night = Math.floor((now - NIGHT_BEGINS_MS) / DAY_MS);
  const [waiting] = await database.read([organisationsBeforeNight(night, ORGANISATIONS)]);
  for (const org of readOrganisations(answered(waiting))) {
    await maintain(env, org, { kind: "retain" });
    await selfCheck(database, org, Math.random(), now);
    await database.write([beginNight(org, night)]);
  }
  const [open] = await database.read([organisationsWithJobs(ORGANISATIONS)]);
  for (const org of readOrganisations(answered(open))) await maintain(env, org, { kind: "continue" });
}
