import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import type { DatabaseAddress } from "./client.ts";

const FOLDER = join(import.meta.dirname, "migrations");

/**
 * Brings a database to the newest schema. Each file of `db/migrations` runs once, in the order of
 * its number, in a transaction of its own together with its row in `migration`.
 * @returns the names that ran now
 * @throws Error when a file that already ran was changed afterwards
 */
export async function migrate(address: DatabaseAddress): Promise<string[]> {
  const client = createClient({
    url: address.url,
    ...(address.token === undefined ? {} : { authToken: address.token }),
  });
  try {
    await client.execute(
      "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL)",
    );
    const { rows } = await client.execute("SELECT name, sha256 FROM migration");
    const applied = new Map(rows.map((row) => [String(row.name), String(row.sha256)]));
    const ran: string[] = [];
    for (const name of readdirSync(FOLDER)
      .filter((file) => file.endsWith(".sql"))
      .sort()) {
      const sql = readFileSync(join(FOLDER, name), "utf8");
      const sha256 = createHash("sha256").update(sql).digest("hex");
      const before = applied.get(name);
      if (before === sha256) continue;
      if (before !== undefined) throw new Error(`migration ${name} was changed after it had been applied`);
      await client.executeMultiple(
        `BEGIN IMMEDIATE;\n${sql}\n;INSERT INTO migration VALUES ('${name}', '${sha256}', ${Date.now()});\nCOMMIT;`,
      );
      ran.push(name);
    }
    return ran;
  } finally {
    client.close();
  }
}
