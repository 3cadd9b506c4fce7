import type { Database } from "../../db/client.ts";
import { notFound } from "../http/problem.ts";
import { type Standing, standingAt } from "./in-force.ts";
import {
  allTranslations,
  allVersions,
  type Publisher,
  publisherOf,
  readPublisher,
  readTexts,
  readTranslations,
  readVersions,
  type TextsStatement,
} from "./queries.ts";
import type { PolicyVersion, Translation } from "./version.ts";

/** Which policy, at which moment (UTC milliseconds). */
export interface PolicyQuestion {
  readonly org: string;
  readonly policy: string;
  readonly now: number;
}

/** Everything public of one policy at one moment, with the texts that were asked for. */
export interface PolicyReading extends PolicyQuestion {
  readonly publisher: Publisher;
  /** Noticed by now, cancelled ones too. */
  readonly versions: readonly PolicyVersion[];
  readonly translations: readonly Translation[];
  readonly standing: Standing<PolicyVersion>;
  readonly texts: ReadonlyMap<string, string>;
}

/** A version with its text, and what is known around it. */
export interface VersionReading extends PolicyReading {
  /** In a translation with that language, title, hash and place in the log. */
  readonly version: PolicyVersion;
  readonly markdown: string;
  /** The language that is binding, where this text is a translation; otherwise null. */
  readonly translatedFrom: string | null;
}

/**
 * Reads a policy in one round trip.
 * @param texts the statement that selects texts; none unless told
 * @throws Problem 404 when nothing of it is public
 */
export async function readPolicy(
  database: Database,
  question: PolicyQuestion,
  texts?: TextsStatement,
): Promise<PolicyReading> {
  const { org, policy, now } = question;
  const results = await database.read([
    publisherOf(org),
    allVersions(org, policy),
    allTranslations(org, policy),
    ...(texts === undefined ? [] : [texts]),
  ]);
  const publisher = readPublisher(results[0]);
  const all = readVersions(results[1]);
  const versions = all.filter((version) => version.noticedAt <= now);
  if (publisher === null || versions.length === 0) throw notFound("policy");
  return {
    ...question,
    publisher,
    versions,
    translations: readTranslations(results[2]),
    standing: standingAt(all, now),
    texts: readTexts(results[3]),
  };
}

/**
 * One version of what was read.
 * @param language as its texts were asked for; the authoritative one unless told
 * @throws Problem 404 when the version is not among those that were read with their text
 */
export function withVersion(
  reading: PolicyReading,
  name: string | undefined,
  language?: string,
): VersionReading {
  const version = reading.versions.find((known) => known.version === name);
  const markdown = reading.texts.get(name ?? "");
  if (version === undefined || markdown === undefined) throw notFound("version of the policy");
  if (language === undefined || language === version.language) {
    return { ...reading, version, markdown, translatedFrom: null };
  }
  const translation = reading.translations.find(
    (known) => known.version === name && known.language === language,
  );
  if (translation === undefined) throw notFound("translation of the policy");
  const { title, sha256, leafIndex } = translation;
  return {
    ...reading,
    version: { ...version, language, title, sha256, leafIndex },
    markdown,
    translatedFrom: version.language,
  };
}
