import { parseArgs } from "node:util";
import { Refused } from "../worker/ledger/refused.ts";
import { parseVkey, type VerifierKey } from "../worker/ledger/signed-note.ts";
import { Misuse } from "./misuse.ts";

/** @param name how the command is called where it runs */
export const usageOf = (name: string) => `Usage:
  ${name} receipt FILE --vkey K [--record R.json [--salt BASE64]]
  ${name} log URL --vkey K [--old CHECKPOINT]
  ${name} consistency OLD NEW --url URL --vkey K

FILE is a .tlog-proof, R.json the answer to a consent or its record, CHECKPOINT, OLD and NEW are saved
checkpoints, URL is a log's address as https://callers360.com/log/org_demo, K its verification key.
Exit 0: verified. 1: refused, with the reason. 2: called wrongly.`;

/** What was asked, with every argument that it needs. */
export type Command =
  | {
      readonly verb: "receipt";
      readonly file: string;
      readonly vkey: string;
      readonly record: string | undefined;
      readonly salt: string | undefined;
    }
  | { readonly verb: "log"; readonly url: URL; readonly key: VerifierKey; readonly old: string | undefined }
  | {
      readonly verb: "consistency";
      readonly old: string;
      readonly now: string;
      readonly url: URL;
      readonly key: VerifierKey;
    };

/** @throws Misuse for anything that the usage does not say */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  const [verb, first, second, ...more] = positionals;
  const allow = (count: number, ...options: string[]) => {
    const given = [first, second, ...more].filter((one) => one !== undefined);
    if (given.length !== count) throw new Misuse(`${verb} takes ${count} argument${count === 1 ? "" : "s"}.`);
    const stray = Object.keys(values).find((name) => !options.includes(name));
    if (stray !== undefined) throw new Misuse(`${verb} does not take --${stray}.`);
  };
  switch (verb) {
    case "receipt": {
      allow(1, "vkey", "record", "salt");
      if (values.salt !== undefined && values.record === undefined)
        throw new Misuse("--salt needs --record.");
      const vkey = required(values.vkey, "--vkey");
      readKey(vkey);
      return { verb, file: required(first, "FILE"), vkey, record: values.record, salt: values.salt };
    }
    case "log":
      allow(1, "vkey", "old");
      return { verb, url: readUrl(first), key: readKey(values.vkey), old: values.old };
    case "consistency":
      allow(2, "vkey", "url");
      return {
        verb,
        old: required(first, "OLD"),
        now: required(second, "NEW"),
        url: readUrl(values.url),
        key: readKey(values.vkey),
      };
    default:
      throw new Misuse(verb === undefined ? "Nothing was asked." : `There is no ${verb}.`);
  }
}

function parse(args: readonly string[]) {
  const option = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { vkey: option, record: option, salt: option, old: option, url: option },
    });
  } catch (error) {
    if (error instanceof TypeError) throw new Misuse(`${error.message.split("\n")[0] ?? ""}`);
    throw error;
  }
}

function required(value: string | undefined, name: string): string {
  if (value === undefined || value === "") throw new Misuse(`${name} is missing.`);
  return value;
}

function readKey(vkey: string | undefined): VerifierKey {
  try {
    return parseVkey(required(vkey, "--vkey"));
  } catch (error) {
    throw error instanceof Refused ? new Misuse(error.message) : error;
  }
}

/** A log's address, always with a trailing slash, so that paths resolve below it. */
function readUrl(text: string | undefined): URL {
  const url = URL.parse(required(text, "the log's URL"));
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw new Misuse(`${text} is not an http(s) URL.`);
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}
