import type { Notice } from "../../../consent-banner/configuration.ts";
import type { Database } from "../../../db/client.ts";
import { noticesOfOrg, readNoticesOfOrg } from "../../consent/notices/notices-of-org.ts";
import { notFound } from "../../http/problem.ts";
import { localDate } from "../dates.ts";
import { standingAt } from "../in-force.ts";
import type { LintContext, Profile } from "../lint/context.ts";
import {
  allTranslations,
  allVersions,
  type Publisher,
  publisherOf,
  readPublisher,
  readTexts,
  readTranslations,
  readVersions,
  textsBegunLast,
  textsOf,
} from "../queries.ts";
import type { DeclaredChanges, PolicyVersion, Translation, VersionName } from "../version.ts";
import { type Draft, type DraftKey, draftByKey, readDraft } from "./queries.ts";

/** All that is known of one number of a policy, and of what stands around it, at one moment. */
export interface VersionState extends DraftKey {
  readonly now: number;
  readonly publisher: Publisher;
  readonly draft: Draft | null;
  readonly published: PolicyVersion | null;
  /** Of the published version in its own language. */
  readonly markdown: string | null;
  readonly versions: readonly PolicyVersion[];
  readonly translations: readonly Translation[];
  /** Texts by version: the one in force, and those that were asked for. */
  readonly texts: ReadonlyMap<string, string>;
  readonly inForce: PolicyVersion | null;
  readonly notices: readonly Notice[];
}

/** Reads it in one round trip. @param others versions whose texts are wanted too */
export async function readState(
  database: Database,
  key: DraftKey,
  now: number,
  others: readonly VersionName[] = [],
): Promise<VersionState> {
  const { org, policy, version } = key;
  const results = await database.read([
    publisherOf(org),
    draftByKey(key),
    allVersions(org, policy),
    allTranslations(org, policy),
    // Whoever manages it also sees what becomes public later, by a clock that runs ahead of this one.
    textsOf(org, policy, [version, ...others], Number.MAX_SAFE_INTEGER),
    textsBegunLast(org, policy, now),
    noticesOfOrg(org),
  ]);
  const publisher = readPublisher(results[0]);
  if (publisher === null) throw notFound("organisation");
  const versions = readVersions(results[2]);
  const texts = new Map([...readTexts(results[4]), ...readTexts(results[5])]);
  return {
    ...key,
    now,
    publisher,
    draft: readDraft(results[1]),
    published: versions.find((known) => known.version === version) ?? null,
    markdown: texts.get(version) ?? null,
    versions,
    translations: readTranslations(results[3]).filter((translation) => translation.version === version),
    texts,
    inForce: standingAt(versions, now).inForce,
    notices: readNoticesOfOrg(results[6]),
  };
}

/** What the linter is told of a text under this number. */
export function contextOf(
  state: VersionState,
  wanted: {
    readonly language: string;
    readonly profiles: readonly Profile[];
    readonly effectiveAt: number | null;
    readonly changes: DeclaredChanges | null;
  },
): LintContext {
  const { policy, version, publisher, inForce, texts, notices } = state;
  const previous = inForce === null || inForce.version === version ? undefined : texts.get(inForce.version);
  return {
    policy,
    language: wanted.language,
    version,
    notices,
    profiles: wanted.profiles,
    ...(wanted.effectiveAt === null
      ? {}
      : { effectiveOn: localDate(wanted.effectiveAt, publisher.timeZone) }),
    ...(previous === undefined ? {} : { previous }),
    ...(wanted.changes === null ? {} : { changes: wanted.changes }),
  };
}
