import { formatInstant } from "../http/fields.ts";
import type { Addresses } from "./addresses.ts";
import { documentOf } from "./documents.ts";
import type { VersionReading } from "./read-policy.ts";

/** A version for programs. */
export function versionJson(reading: VersionReading, { publicUrl, permanent }: Addresses) {
  const { version, markdown } = reading;
  const { lastUpdated, sections } = documentOf(reading);
  return {
    version: version.version,
    title: version.title,
    effective_at: formatInstant(version.effectiveAt),
    last_updated: lastUpdated,
    sha256: version.sha256,
    url: publicUrl + permanent(version.version),
    markdown,
    sections: sections.map(({ id, number, title }) => ({ id, number, title })),
    ...(version.cancelledAt === null ? {} : { cancelled_at: formatInstant(version.cancelledAt) }),
  };
}
