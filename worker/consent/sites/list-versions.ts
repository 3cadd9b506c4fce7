import type { Database } from "../../../db/client.ts";
import { formatInstant } from "../../http/fields.ts";
import { notFound } from "../../http/problem.ts";
import { readSite, siteOfOrg } from "../queries.ts";
import {
  draftOf,
  readDraft,
  readVersion,
  readVersions,
  type SiteKey,
  type Version,
  versionOf,
  versionsOf,
} from "./queries.ts";
import { versionAnswer } from "./representation.ts";
import type { SiteDocument } from "./site-document.ts";
import { readSiteState } from "./site-state.ts";

const MOST = 1000;

/** Every version, newest first. @throws Problem 404 */
export async function listVersions(database: Database, key: SiteKey) {
  const [own, drafts, versions] = await database.read([
    siteOfOrg(key.site, key.org),
    draftOf(key),
    versionsOf(key, MOST),
  ]);
  if (readSite(own) === null) throw notFound("site");
  const draft = readDraft(drafts);
  return {
    draft:
      draft === null
        ? null
        : { updated_at: formatInstant(draft.updatedAt), updated_by: draft.updatedBy, etag: draft.etag },
    versions: readVersions(versions).map(versionAnswer),
  };
}

/** A version's document, or the one that is edited. @throws Problem 404 */
export async function readDocument(
  database: Database,
  key: SiteKey,
  which: number | "draft",
): Promise<{ version: Version | null; document: SiteDocument }> {
  if (which === "draft") return { version: null, document: (await readSiteState(database, key)).document };
  const [own, found] = await database.read([siteOfOrg(key.site, key.org), versionOf(key, which)]);
  if (readSite(own) === null) throw notFound("site");
  const version = readVersion(found);
  if (version === null) throw notFound("version");
  return { version, document: version.document };
}
