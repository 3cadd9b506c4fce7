import type { VersionReading } from "./read-policy.ts";
import { type PolicyDocument, readDocument } from "./sections.ts";

/** Reading Markdown costs some milliseconds, and a text never changes under its hash. */
const known = new Map<string, PolicyDocument>();
const KEPT = 32;

/** A version's text, read; from memory where this isolate has read it before. */
export function documentOf({
  version,
  markdown,
}: Pick<VersionReading, "version" | "markdown">): PolicyDocument {
  const document = known.get(version.sha256) ?? readDocument(markdown);
  known.delete(version.sha256);
  known.set(version.sha256, document);
  const oldest = known.keys().next();
  if (known.size > KEPT && !oldest.done) known.delete(oldest.value);
  return document;
}
