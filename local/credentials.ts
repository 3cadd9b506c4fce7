import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { hashPassword } from "../worker/accounts/password.ts";
import { newApiKey, newPassword } from "../worker/accounts/seed.ts";
import type { DataFolder } from "./data-folder.ts";

const Organisation = v.object({
  admin: v.object({ email: v.string(), password: v.string() }),
  // Kept beside the password, so that a start does not set the same password anew and end its sessions.
  password_hash: v.string(),
  keys: v.object({ ingest: v.string(), read: v.string(), manage: v.string() }),
});
const Credentials = v.object({ first: Organisation, second: Organisation });
const Secrets = v.object({ auth: v.string(), ledger: v.string(), database: v.string() });

/** What opens the two local organisations; the plaintext lives in the data folder only. */
export type Credentials = v.InferOutput<typeof Credentials>;
/** What signs sessions and logs. Lost, the logs of this folder cannot be continued. */
export type Secrets = v.InferOutput<typeof Secrets>;

/** The credentials of `credentials.json`, or new ones, which revoke the old when they are seeded. */
export async function ensureCredentials(folder: DataFolder): Promise<Credentials> {
  const known = v.safeParse(Credentials, folder.readJson("credentials.json"));
  if (known.success) return known.output;
  const organisation = async (email: string) => {
    const password = newPassword();
    return {
      admin: { email, password },
      password_hash: await hashPassword(password),
      keys: { ingest: newApiKey(), read: newApiKey(), manage: newApiKey() },
    };
  };
  const made = {
    first: await organisation("admin@demo.example"),
    second: await organisation("admin@second.example"),
  };
  folder.writeJson("credentials.json", made);
  return made;
}

export function ensureSecrets(folder: DataFolder): Secrets {
  const known = v.safeParse(Secrets, folder.readJson("secrets.json"));
  if (known.success) return known.output;
  const made = {
    auth: randomBytes(32).toString("base64url"),
    ledger: randomBytes(32).toString("base64"),
    database: randomBytes(32).toString("base64url"),
  };
  folder.writeJson("secrets.json", made);
  return made;
}
