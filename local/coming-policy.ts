import { readFileSync } from "node:fs";
import type { Database } from "../db/client.ts";
import { announceVersion } from "../worker/notify/outbox/occasion-queries.ts";
import { publishVersion } from "../worker/policy/publish.ts";
import { readVersions, storedVersion } from "../worker/policy/queries.ts";
import { parseVersionName } from "../worker/policy/version.ts";

const DAY = 86_400_000;
/** India is ahead of UTC by this all year. */
const INDIA = 5.5 * 3_600_000;
const NAME = "2026-11-23";

/**
 * Announces the demo's second privacy policy, so that a coming change is to be seen: it takes effect at
 * the first midnight in India that is 35 days away. At later starts it is what it was.
 * @param now UTC milliseconds
 */
export async function announceComingPolicy(database: Database, org: string, now: number): Promise<void> {
  const version = parseVersionName(NAME);
  if (version === null) throw new Error(`${NAME} is not the number of a version`);
  const [rows] = await database.read([storedVersion(org, "privacy", version)]);
  if (readVersions(rows).length > 0) return;
  await publishVersion(database, {
    org,
    policy: "privacy",
    version,
    markdown: readFileSync(new URL(`../docs/policies/privacy/${NAME}.md`, import.meta.url), "utf8"),
    effectiveAt: Math.ceil((now + INDIA) / DAY) * DAY - INDIA + 35 * DAY,
    noticedAt: now,
    class: "material",
    changes: { purposes: false, recipients: true },
    reason:
      "Contact details are where the policy says they are; cookies, consent records and retention periods " +
      "are described one by one; using the Services is no longer called consent.",
    now,
  });
  await database.write([announceVersion({ org, policy: "privacy", version }, now)]);
}
