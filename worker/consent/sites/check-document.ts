import type { Notice } from "../../../consent-banner/configuration.ts";
import { checkServices } from "./check-services.ts";
import { checkTexts } from "./check-texts.ts";
import { checkTheme } from "./check-theme.ts";
import { type Finding, warning } from "./finding.ts";
import type { NoticeDocument, SiteDocument } from "./site-document.ts";
import { withStandardTexts } from "./standard-texts.ts";

/** A document ready to be published, or what keeps it from that. */
export interface Checked {
  /** Errors first, then by place. */
  readonly findings: readonly Finding[];
  /** With the banner's own words where the site gives none; null where there are errors. */
  readonly notice: Notice | null;
  /** Languages with texts that nobody reviewed. */
  readonly unreviewed: readonly string[];
}

/** @param before what is published now, to tell what changed without asking again */
export function checkDocument(document: SiteDocument, before: Notice | null = null): Checked {
  const notice = withStandardTexts(document.notice);
  const findings = [
    ...checkServices({ ...document, notice }),
    ...checkTexts(notice),
    ...checkTheme(notice),
    ...(before === null ? [] : checkRevision(notice, before)),
  ].sort((a, b) => a.severity.localeCompare(b.severity));
  const sound = findings.every(({ severity }) => severity !== "error");
  return {
    findings,
    notice: sound ? soundNotice(notice) : null,
    unreviewed: notice.languages.filter((language) => (notice.drafts?.[language] ?? []).length > 0),
  };
}

/** The named boundary: the checks found every text and every lifetime that `Notice` asks for. */
function soundNotice(notice: NoticeDocument): Notice {
  return notice as Notice;
}

function checkRevision(notice: NoticeDocument, before: Notice): Finding[] {
  const at = ["notice", "revision"];
  if (notice.revision < before.revision) {
    return [
      warning({
        at,
        rule: "revision-back",
        reason: `It is ${before.revision} now: visitors who chose since will be asked again.`,
        suggestion: `Keep ${before.revision}, or raise it to ask everybody again.`,
      }),
    ];
  }
  if (notice.revision > before.revision) return [];
  const known = new Set(before.services.map(({ id, category }) => `${category} ${id}`));
  const added = notice.services.filter(
    ({ id, category }) => category !== "necessary" && !known.has(`${category} ${id}`),
  );
  if (added.length === 0) return [];
  return [
    warning({
      at,
      rule: "ask-again",
      reason: `${added.length === 1 ? "A service is new" : `${added.length} services are new`} in a category that visitors agreed to without it.`,
      suggestion: `Raise revision to ${before.revision + 1}, so that they are asked again.`,
    }),
  ];
}
