import type { Database, Statement } from "../../db/client.ts";
import { notFound } from "../http/problem.ts";
import { type Standing, standingAt } from "./in-force.ts";
import {
  allVersions,
  type Publisher,
  publisherOf,
  readPublisher,
  readTexts,
  readVersions,
} from "./queries.ts";
import type { PolicyVersion } from "./version.ts";

/** Which policy, at which moment (UTC milliseconds). */
export interface PolicyQuestion {
  readonly org: string;
  readonly policy: string;
  readonly now: number;
}

/** Everything public of one policy at one moment, with the texts that were asked for. */
export interface PolicyReading extends PolicyQuestion {
  readonly publisher: Publisher;
  /** Noticed by now. */
  readonly versions: readonly PolicyVersion[];
  readonly standing: Standing<PolicyVersion>;
  readonly texts: ReadonlyMap<string, string>;
}

/** A version with its text, and what is known around it. */
export interface VersionReading extends PolicyReading {
  readonly version: PolicyVersion;
  readonly markdown: string;
}

/**
 * Reads a policy in one round trip.
 * @param texts the statement that selects texts; none unless told
 * @throws Problem 404 when nothing of it is public
 */
export async function readPolicy(
  database: Database,
  question: PolicyQuestion,
  texts?: Statement,
): Promise<PolicyReading> {
  const { org, policy, now } = question;
  const results = await database.read([
    publisherOf(org),
    allVersions(org, policy),
    ...(texts === undefined ? [] : [texts]),
  ]);
  const publisher = readPublisher(results[0]);
  const all = readVersions(results[1]);
  const versions = all.filter((version) => version.noticedAt <= now);
  if (publisher === null || versions.length === 0) throw notFound("policy");
  return { ...question, publisher, versions, standing: standingAt(all, now), texts: readTexts(results[2]) };
}

/** @throws Problem 404 when the version is not among those that were read with their text */
export function withVersion(reading: PolicyReading, name: string | undefined): VersionReading {
  const version = reading.versions.find((known) => known.version === name);
  const markdown = reading.texts.get(name ?? "");
  if (version === undefined || markdown === undefined) throw notFound("version of the policy");
  return { ...reading, version, markdown };
}
