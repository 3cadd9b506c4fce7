import { migrate } from "./migrate.ts";

/** `npm run migrate`: brings the database named by DATABASE_URL (and DATABASE_TOKEN) to the newest schema. */
const url = process.env.DATABASE_URL;
if (url === undefined || url === "") {
  process.stderr.write("Name the database in DATABASE_URL, and its token in DATABASE_TOKEN.\n");
  process.exit(2);
}
const ran = await migrate({ url, token: process.env.DATABASE_TOKEN });
process.stdout.write(ran.length === 0 ? "Nothing to migrate.\n" : `Migrated: ${ran.join(", ")}\n`);
