import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openNative } from "../../db/dev-server/native.ts";

const FOLDER = join(import.meta.dirname, "../../db/migrations");
const NAME = "0065_days_by_day.sql";

test("callers' days from before are all there by day, whatever they hold", () => {
  const database = openNative(":memory:");
  const run = (name: string) => database.exec(readFileSync(join(FOLDER, name), "utf8"));
  for (const name of readdirSync(FOLDER).sort()) if (name < NAME) run(name);
  for (const row of [
    "'o', 'u_2', 20000, 't_1', 1, 2, 3, 60, 9000, 1, 8000, 1, 7000, 1, 1, 0, 0, x'012a01'",
    "'o', 'u_1', 20001, 't_1', 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL",
    "'o', 'u_1', 20000, 't_2', 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL",
    "'p', 'u_1', 19999, 't_1', 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL",
  ]) {
    database.exec(`INSERT INTO r_day (org, caller, day, team, connected, missed, declined, talk_s, clarity_sum,
      clarity_n, proficiency_sum, proficiency_n, volume_sum, volume_n, positive, neutral, negative, hist)
      VALUES (${row})`);
  }
  run(NAME);
  const rows = database.prepare(
    `SELECT json_array(org, day, caller, team, connected, missed, declined, talk_s, clarity_sum, clarity_n,
       proficiency_sum, proficiency_n, volume_sum, volume_n, positive, neutral, negative, hex(hist)) FROM r_day`,
  );
  const found: unknown[] = [];
  const walk = rows.raw(true).iterate([]);
  for (let step = walk.next(); step.done !== true; step = walk.next())
    found.push(JSON.parse(String(step.value[0])));
  expect(found).toEqual([
    ["o", 20000, "u_1", "t_2", 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ""],
    ["o", 20000, "u_2", "t_1", 1, 2, 3, 60, 9000, 1, 8000, 1, 7000, 1, 1, 0, 0, "012A01"],
    ["o", 20001, "u_1", "t_1", 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ""],
    ["p", 19999, "u_1", "t_1", 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ""],
  ]);
  database.close();
});
