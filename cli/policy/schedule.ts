import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Misuse } from "../misuse.ts";
import { askingDeployment, Refused } from "./api.ts";
import type { PolicyOptions } from "./options.ts";
import { describeVersion } from "./status.ts";

/** Announces the draft, if it is what FILE says: from then on it never changes. */
export function schedule(options: PolicyOptions): Promise<number> {
  const { file, policy, version, effectiveAt, reason, changes } = options;
  if (effectiveAt === undefined || reason === undefined || options.class === undefined) {
    throw new Misuse("policy schedule needs --effective-at, --class and --reason.");
  }
  const body = {
    effective_at: effectiveAt,
    class: options.class,
    reason,
    changes: { purposes: changes.includes("purposes"), recipients: changes.includes("recipients") },
  };
  return askingDeployment(options, async (api) => {
    const found = await api.read(version);
    if (found === null) throw new Refused(404, [`There is no draft ${policy} ${version}: save it first.`]);
    const sha256 = createHash("sha256")
      .update(await readFile(file))
      .digest("hex");
    if (found.version.sha256 !== sha256) {
      throw new Refused(409, [`The draft ${policy} ${version} is not what ${file} says: save it first.`]);
    }
    process.stdout.write(describeVersion(await api.decide(version, "schedule", body, found.etag)));
    return 0;
  });
}
