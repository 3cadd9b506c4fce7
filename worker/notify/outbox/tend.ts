import { openDatabase } from "../../../db/client.ts";
import { type Env, settingsOf } from "../../env.ts";
import { forgetAddresses } from "./queries.ts";
import { ringPostman } from "./ring-postman.ts";

const KEPT_MS = 30 * 86_400_000;
const AT_ONCE = 5000;

/** The cron's part: the postman comes by though nobody rang, and addresses go that are not needed any more. */
export async function tendOutbox(env: Env): Promise<void> {
  await ringPostman(env);
  await openDatabase(settingsOf(env).database).write([forgetAddresses(Date.now() - KEPT_MS, AT_ONCE)]);
}
