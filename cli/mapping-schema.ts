import { toJsonSchema } from "@valibot/to-json-schema";
import { MappingFile } from "./mapping.ts";
import { Misuse } from "./misuse.ts";

/** The JSON Schema of a mapping file, for editors; what only code can check is left out. */
export function mappingSchema(): string {
  const schema = toJsonSchema(MappingFile, { errorMode: "ignore" });
  return `${JSON.stringify({ ...schema, title: "Callers360 import mapping" }, null, 2)}\n`;
}

export const mappingSchemaVerb = {
  usage: `  npm run c360 -- mapping-schema

    Prints the JSON Schema of a mapping file.`,
  run: async (args: readonly string[]) => {
    if (args.length > 0) throw new Misuse("mapping-schema takes no argument.");
    process.stdout.write(mappingSchema());
    return 0;
  },
};
