import { migrateEverywhere } from "./migrate-everywhere.ts";

/**
 * `npm run migrate`: brings the database named by DATABASE_URL (and DATABASE_TOKEN), and every organisation's own
 * that it names (of the form ORG_DATABASES, with ORG_DATABASES_TOKEN), to the newest schema.
 */
const { DATABASE_URL: url = "", DATABASE_TOKEN: token, ORG_DATABASES: urls = "" } = process.env;
if (url === "") {
  process.stderr.write("Name the database in DATABASE_URL, and its token in DATABASE_TOKEN.\n");
  process.exit(2);
}
const group = urls === "" ? null : { urls, token: process.env.ORG_DATABASES_TOKEN || undefined };
for (const one of await migrateEverywhere({ url, token }, group)) {
  const name = one.place === null ? "" : `${one.place}: `;
  if ("failed" in one) {
    process.stderr.write(`${name}could not be migrated: ${String(one.failed)}\n`);
    process.exitCode = 1;
  } else {
    process.stdout.write(
      `${name}${one.ran.length === 0 ? "Nothing to migrate." : `Migrated: ${one.ran.join(", ")}`}\n`,
    );
  }
}
