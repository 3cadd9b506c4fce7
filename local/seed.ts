import { readFileSync } from "node:fs";
import { demoNotice } from "../consent-banner/demo-notice.ts";
import { type DatabaseAddress, openDatabase, type Statement } from "../db/client.ts";
import type { Scope } from "../worker/accounts/principal.ts";
import {
  keyStatement,
  memberStatements,
  organisationStatements,
  replaceLocalOrigins,
} from "../worker/accounts/seed.ts";
import { publishDefaultNotice } from "../worker/consent/notices/publish-notice.ts";
import { publishVersion } from "../worker/policy/publish.ts";
import { announceComingPolicy } from "./coming-policy.ts";
import type { Credentials } from "./credentials.ts";

/** The two organisations of every local start: one to look at, one empty beside it. */
export const DEMO = { org: "org_demo", name: "Callers360 Demo", site: "site_demo", log: "org_demo" } as const;
export const SECOND = {
  org: "org_second",
  name: "Second Organisation",
  site: "site_second",
  log: "org_second",
} as const;

const SCOPES = {
  ingest: ["calls:write"],
  read: ["calls:read", "metrics:read", "consent:read"],
  manage: ["manage"],
} as const satisfies Record<string, readonly Scope[]>;

/** midnight in India */
const FIRST_POLICY = { version: "2025-10-26", effectiveAt: Date.UTC(2025, 9, 25, 18, 30) };

/** Brings the directory to what `credentials.json` says; everything that is there already stays. */
export async function seedDirectory(
  address: DatabaseAddress,
  options: { credentials: Credentials; origins: readonly string[]; publicHost: string },
): Promise<void> {
  const database = openDatabase(address);
  const now = Date.now();
  const markdown = readFileSync(
    new URL(`../docs/policies/privacy/${FIRST_POLICY.version}.md`, import.meta.url),
    "utf8",
  );
  for (const [one, credentials] of [
    [DEMO, options.credentials.first],
    [SECOND, options.credentials.second],
  ] as const) {
    await database.write([
      ...organisationStatements({
        ...one,
        siteName: `${one.name}'s site`,
        timeZone: "Asia/Kolkata",
        publicHost: options.publicHost,
        now,
      }),
      ...(await accessStatements(one.org, credentials, now)),
      ...replaceLocalOrigins(one.site, options.origins),
    ]);
    await publishVersion(database, {
      org: one.org,
      policy: "privacy",
      version: FIRST_POLICY.version,
      markdown,
      effectiveAt: FIRST_POLICY.effectiveAt,
      noticedAt: FIRST_POLICY.effectiveAt,
      reason: "First version",
      class: "material",
      now,
    });
    await publishDefaultNotice(database, {
      org: one.org,
      site: one.site,
      notice: demoNotice,
      policyVersion: FIRST_POLICY.version,
      now,
    });
  }
  await announceComingPolicy(database, DEMO.org, now);
}

async function accessStatements(
  org: string,
  { admin, keys, password_hash }: Credentials["first"],
  now: number,
): Promise<Statement[]> {
  return [
    ...memberStatements({
      org,
      userId: `usr_${org}_admin`,
      name: "Demo Admin",
      email: admin.email,
      passwordHash: password_hash,
      role: "admin",
      now,
    }),
    ...(await Promise.all(
      (["ingest", "read", "manage"] as const).map((name) =>
        keyStatement({ org, id: `key_${org}_${name}`, name, scopes: SCOPES[name], key: keys[name], now }),
      ),
    )),
  ];
}
