import type { Database } from "../../../db/client.ts";
import { notFound } from "../../http/problem.ts";
import { readSite, type Site, siteOfOrg } from "../queries.ts";
import { firstDocument } from "./first-document.ts";
import {
  type Draft,
  draftOf,
  originsOf,
  readDraft,
  readOrigins,
  readVersion,
  type SiteKey,
  type Version,
  versionOf,
} from "./queries.ts";
import type { SiteDocument } from "./site-document.ts";

/** How a site's configuration stands. */
export interface SiteState {
  readonly site: Site;
  readonly draft: Draft | null;
  readonly published: (Version & { readonly document: SiteDocument }) | null;
  /** What people edit: the draft, else what is published, else a beginning. */
  readonly document: SiteDocument;
  /** Of that document. */
  readonly etag: string;
}

/** @throws Problem 404 for a site of another organisation too */
export async function readSiteState(database: Database, key: SiteKey): Promise<SiteState> {
  const [own, drafts, newest, origins] = await database.read([
    siteOfOrg(key.site, key.org),
    draftOf(key),
    versionOf(key, null),
    originsOf(key.site),
  ]);
  const site = readSite(own);
  if (site === null) throw notFound("site");
  const draft = readDraft(drafts);
  const published = readVersion(newest);
  return {
    site,
    draft,
    published,
    document: draft?.document ?? published?.document ?? firstDocument(key.site, readOrigins(origins)),
    etag: draft?.etag ?? `"v${published?.n ?? 0}"`,
  };
}
