import { checkVerb } from "./site/check.ts";
import { readSiteOptions, SITE_USAGE } from "./site/options.ts";
import { publishVerb } from "./site/publish.ts";

export const siteVerb = {
  usage: SITE_USAGE,
  run: (args: readonly string[]) => {
    const options = readSiteOptions(args, process.env);
    return options.verb === "check" ? checkVerb(options) : publishVerb(options);
  },
};
