import { openDatabase } from "../../db/client.ts";
import { type Env, settingsOf } from "../env.ts";
import { append } from "../ledger/append.ts";
import { bytesOfHex } from "./hash.ts";
import { missingLeaves, readMissingLeaves, storeLeafIndex } from "./queries.ts";

/** Some seconds of work at most; the next run takes the rest. */
const AT_ONCE = 200;

/**
 * Gives every noticed version its leaf in its organisation's log, and remembers where it is. Broken off
 * anywhere it may run again: the log holds the same leaf once and tells its index again.
 * @throws Problem when a log cannot take it now
 */
export async function appendPolicyLeaves(env: Env): Promise<void> {
  const database = openDatabase(settingsOf(env).database);
  const [rows] = await database.read([missingLeaves(Date.now(), AT_ONCE)]);
  const missing = readMissingLeaves(rows);
  const results = await Promise.allSettled(
    missing.map(async (version) => {
      const leaf = { kind: "policy", sha256: bytesOfHex(version.sha256) } as const;
      const { index } = await append(env, version.log, "open", leaf);
      return storeLeafIndex(version, index);
    }),
  );
  await database.write(results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])));
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  if (failures.length > 0) {
    throw new AggregateError(failures, `${failures.length} policy versions could not be added to their logs`);
  }
}
