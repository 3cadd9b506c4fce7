import { toJsonSchema } from "@valibot/to-json-schema";
import { SiteDocument } from "./site-document.ts";

/** The JSON Schema of a site's configuration, for editors; what only code can check is left out. */
export function siteSchema(id: string): Record<string, unknown> {
  return {
    ...toJsonSchema(SiteDocument, { errorMode: "ignore" }),
    $id: id,
    title: "Configuration of a site's consent banner",
  };
}
