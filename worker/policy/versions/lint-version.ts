import type { Database } from "../../../db/client.ts";
import { invalid, notFound } from "../../http/problem.ts";
import type { Profile } from "../lint/context.ts";
import type { Finding } from "../lint/finding.ts";
import { lintPolicy } from "../lint/lint.ts";
import type { DeclaredChanges } from "../version.ts";
import { textFaults } from "../version-rules.ts";
import type { DraftKey } from "./queries.ts";
import { contextOf, readState } from "./state.ts";

export interface LintReport {
  readonly findings: readonly Finding[];
  readonly errors: number;
  readonly warnings: number;
}

export interface LintQuestion {
  /** A text that is not saved; the version's or draft's own unless told. */
  readonly markdown?: string | undefined;
  readonly language?: string | undefined;
  readonly profiles: readonly Profile[];
  readonly effectiveAt?: number;
  readonly changes?: DeclaredChanges | undefined;
  readonly now: number;
}

/**
 * Lints a text as it would stand under this number.
 * @throws Problem 404 where there is no text, 422 for one that cannot be a policy
 */
export async function lintVersion(
  database: Database,
  key: DraftKey,
  { markdown, language, profiles, effectiveAt, changes, now }: LintQuestion,
): Promise<LintReport> {
  const state = await readState(database, key, now);
  const { draft, published } = state;
  const text = markdown ?? state.markdown ?? draft?.markdown;
  if (text === undefined) throw notFound("version or draft");
  const tag = language ?? published?.language ?? draft?.language ?? "en";
  const faults = textFaults({ markdown: text, language: tag }, "");
  if (faults.length > 0) throw invalid(faults);
  const context = contextOf(state, {
    language: tag,
    profiles,
    effectiveAt: effectiveAt ?? published?.effectiveAt ?? null,
    changes: changes ?? published?.changes ?? null,
  });
  const findings = lintPolicy(text, context);
  const count = (severity: Finding["severity"]) =>
    findings.filter((finding) => finding.severity === severity).length;
  return { findings, errors: count("error"), warnings: count("warning") };
}
