import type { Database } from "../../../db/client.ts";
import { invalid, notFound, Problem } from "../../http/problem.ts";
import { readPolicy } from "../../policy/read-policy.ts";
import { noticeOf } from "../notices/notices-of-org.ts";
import { noticeInForce, readNotice } from "../notices/queries.ts";
import { checkDocument } from "./check-document.ts";
import type { Finding } from "./finding.ts";
import { publishDocument, sameDocument } from "./publish-document.ts";
import { type Acceptance, type Deed, readVersion, type SiteKey, type Version, versionOf } from "./queries.ts";
import { requireMatch } from "./save-draft.ts";
import type { SiteDocument } from "./site-document.ts";
import { readSiteState } from "./site-state.ts";

/** Somebody's decision to publish. */
export interface Decision extends SiteKey, Deed {
  /** An old version to publish anew; the draft where it is null. */
  readonly version: number | null;
  readonly accepted: Acceptance | null;
  readonly ifMatch: string | undefined;
}

/**
 * Checks a draft, or an old version, and puts it in force. What is in force already stays as it is.
 * @throws Problem 404, 409, 412; 422 with every error, and for languages that nobody reviewed or accepted
 */
export async function publishSite(
  database: Database,
  decision: Decision,
): Promise<{ version: Version; warnings: readonly Finding[] }> {
  const { org, site, now, actor } = decision;
  const state = await readSiteState(database, decision);
  if (decision.ifMatch !== undefined) requireMatch(decision.ifMatch, state);
  const [old, standing] = await database.read([versionOf(decision, decision.version), noticeInForce(site)]);
  const restored = decision.version === null ? null : readVersion(old);
  if (decision.version !== null && restored === null) throw notFound("version");
  const document = restored?.document ?? state.document;
  const inForce = readNotice(standing);
  const checked = checkDocument(document, inForce === null ? null : noticeOf(inForce.document));
  const warnings = checked.findings.filter(({ severity }) => severity === "warning");
  if (checked.notice === null) throw unsound(checked.findings);
  requireAcceptance(checked.unreviewed, decision.accepted);
  const policyVersion = await policyVersionOf(database, decision, document);
  const { published } = state;
  if (
    published !== null &&
    sameDocument(published.document, { ...document, policy_version: policyVersion })
  ) {
    return { version: published, warnings };
  }
  const { n, noticeHash } = await publishDocument(database, {
    org,
    site,
    document,
    notice: checked.notice,
    policyVersion,
    newest: published?.n ?? 0,
    restores: restored?.n ?? null,
    warnings: warnings.length,
    accepted: checked.unreviewed.length === 0 ? null : decision.accepted,
    draftEtag: restored === null ? (state.draft?.etag ?? null) : null,
    by: actor,
    now,
  });
  const [stored] = await database.read([versionOf(decision, n)]);
  const version = readVersion(stored);
  if (version === null || version.noticeHash !== noticeHash)
    throw new Error("a version that was just written");
  return { version, warnings };
}

/** What the checks say of the document that is edited. @throws Problem 404 */
export async function checkSite(database: Database, key: SiteKey): Promise<readonly Finding[]> {
  const { document } = await readSiteState(database, key);
  const [standing] = await database.read([noticeInForce(key.site)]);
  const inForce = readNotice(standing);
  return checkDocument(document, inForce === null ? null : noticeOf(inForce.document)).findings;
}

function unsound(findings: readonly Finding[]): Problem {
  const errors = findings
    .filter(({ severity }) => severity === "error")
    .map(({ pointer, rule, reason, suggestion }) => ({
      pointer,
      detail: `${rule}: ${reason} ${suggestion}`,
    }));
  return new Problem(
    422,
    "site-errors",
    "The configuration has errors",
    `${errors.length === 1 ? "One error keeps" : `${errors.length} errors keep`} this from being published: mend, save, publish again.`,
    { errors },
  );
}

function requireAcceptance(unreviewed: readonly string[], accepted: Acceptance | null): void {
  const open = unreviewed.filter((language) => !(accepted?.languages ?? []).includes(language));
  if (open.length === 0) return;
  throw new Problem(
    422,
    "languages-not-reviewed",
    "Texts that nobody reviewed",
    `Texts in ${open.join(", ")} were drafted by machine. An admin may publish them all the same, by name; that is recorded.`,
    {
      errors: open.map((language) => ({
        pointer: "/accept_unreviewed/languages",
        detail: `does not name ${language}.`,
      })),
    },
  );
}

/** The version that the document names, else the one in force. @throws Problem 422 */
async function policyVersionOf(
  database: Database,
  { org, now }: Decision,
  { policy_version: named }: SiteDocument,
): Promise<string> {
  const pointer = "/policy_version";
  const reading = await readPolicy(database, { org, policy: "privacy", now }).catch((error: unknown) => {
    if (error instanceof Problem && error.details.status === 404) return null;
    throw error;
  });
  if (reading === null) {
    if (named !== undefined) return named;
    throw invalid([{ pointer, detail: "is required: this organisation keeps no privacy policy here." }]);
  }
  if (named === undefined) {
    if (reading.standing.inForce !== null) return reading.standing.inForce.version;
    throw invalid([{ pointer, detail: "is required: no privacy policy is in force yet." }]);
  }
  if (reading.versions.some(({ version }) => version === named)) return named;
  throw invalid([{ pointer, detail: "is no published version of this organisation's privacy policy." }]);
}
