import { openDatabase } from "../../../db/client.ts";
import { type Env, settingsOf } from "../../env.ts";
import { formatInstant } from "../../http/fields.ts";
import { append } from "../../ledger/append.ts";
import { acceptedLetters, readAcceptedLetters, servedUntil } from "./queries.ts";

const AT_ONCE = 500;
/** One run's share; the next goes on. */
const PATIENCE_MS = 15_000;
/** A letter's end is written down some time after it: so long nobody goes past it. */
const SETTLED_MS = 10_000;

/**
 * Whoever was told of a version by a letter that their server accepted, member or subscriber, has a `served`
 * record of it. Nobody else has one: what a page or feed is asked for is not counted by person.
 */
export async function recordServed(env: Env): Promise<void> {
  const database = openDatabase(settingsOf(env).database);
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; ) {
    const [rows] = await database.read([acceptedLetters(AT_ONCE)]);
    const letters = readAcceptedLetters(rows);
    await Promise.all(
      letters.map(async ({ org, person, at, about }) => {
        if (about === null) return;
        const { log, ...version } = about;
        await append(env, log, "personal", {
          v: 1,
          kind: "acknowledgement",
          org,
          ...version,
          person,
          action: "served",
          channel: "mail",
          at: formatInstant(at),
        });
      }),
    );
    const settled = Date.now() - SETTLED_MS;
    const last = letters.at(-1)?.at ?? 0;
    await database.write([servedUntil(Math.min(last, settled))]);
    if (letters.length < AT_ONCE || last > settled) return;
  }
}
