import { askingDeployment } from "./api.ts";
import type { PolicyOptions } from "./options.ts";
import { describeVersion } from "./status.ts";

/** Calls off the announced version; its trace stays public. */
export function cancel(options: PolicyOptions): Promise<number> {
  return askingDeployment(options, async (api) => {
    const body = options.reason === undefined ? {} : { reason: options.reason };
    process.stdout.write(describeVersion(await api.decide(options.version, "cancel", body, null)));
    return 0;
  });
}
