import { askingDeployment, Refused, type Version } from "./api.ts";
import type { PolicyOptions } from "./options.ts";

/** Says where the version that FILE names stands. */
export function status(options: PolicyOptions): Promise<number> {
  return askingDeployment(options, async (api) => {
    const found = await api.read(options.version);
    if (found === null) throw new Refused(404, [`There is no ${options.policy} ${options.version} here.`]);
    const etag = found.etag === null ? "" : `  ETag: ${found.etag}\n`;
    process.stdout.write(describeVersion(found.version) + etag);
    return 0;
  });
}

/** A version's facts, one a line. */
export function describeVersion(version: Version): string {
  const facts: [string, string | number | null][] = [
    ["Takes effect", version.effective_at],
    ["Class", version.class],
    ["Reason", version.reason],
    ["Can be cancelled until", version.cancel_until],
    ["Cancelled", version.cancelled_at],
    ["Address", version.url],
    ["SHA-256", version.sha256],
    ["Entry of the log", version.log_index],
    ["Saved", version.updated_at],
    ["By", version.updated_by],
  ];
  const lines = facts.flatMap(([name, value]) => (value === null ? [] : [`  ${name}: ${value}`]));
  return `${[`${version.policy} ${version.version}: ${version.status}`, ...lines].join("\n")}\n`;
}
