import { cancel } from "./policy/cancel.ts";
import { diff } from "./policy/diff.ts";
import { draft } from "./policy/draft.ts";
import { lint } from "./policy/lint.ts";
import { POLICY_USAGE, type PolicyOptions, readPolicyOptions } from "./policy/options.ts";
import { schedule } from "./policy/schedule.ts";
import { status } from "./policy/status.ts";

const VERBS: Readonly<Record<PolicyOptions["verb"], (options: PolicyOptions) => Promise<number>>> = {
  draft,
  lint,
  diff,
  schedule,
  cancel,
  status,
};

export const policyVerb = {
  usage: POLICY_USAGE,
  run: (args: readonly string[]) => {
    const options = readPolicyOptions(args, process.env);
    return VERBS[options.verb](options);
  },
};
