import { formatInstant } from "../../http/fields.ts";
import type { Finding } from "./finding.ts";
import type { Version } from "./queries.ts";

/** A version as answers show it. */
export function versionAnswer(version: Version) {
  return {
    version: version.n,
    notice_hash: version.noticeHash,
    policy_version: version.policyVersion,
    published_at: formatInstant(version.publishedAt),
    published_by: version.publishedBy,
    restores: version.restores,
    warnings: version.warnings,
    accepted: version.accepted,
    log_index: version.leafIndex,
  };
}

export function findingsAnswer(findings: readonly Finding[]) {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return { findings, errors, warnings: findings.length - errors };
}
