import { type ParseArgsConfig, parseArgs } from "node:util";
import { Misuse } from "./misuse.ts";

/** The command line's options and words under `options`. @throws Misuse for what is not among them */
export function parseOptions<const T extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    if (error instanceof TypeError) throw new Misuse(error.message.split("\n")[0] ?? "");
    throw error;
  }
}
