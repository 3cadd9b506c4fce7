import { readFile, rename, writeFile } from "node:fs/promises";
import * as v from "valibot";
import { askingDeployment, Refused } from "./api.ts";
import type { PolicyOptions } from "./options.ts";

const Saved = v.object({ url: v.string(), policy: v.string(), version: v.string(), etag: v.string() });
type Saved = v.InferOutput<typeof Saved>;

/** Saves FILE as a draft: what somebody else saved in between is not overwritten. */
export function draft(options: PolicyOptions): Promise<number> {
  return askingDeployment(options, async (api) => {
    const { file, policy, version, language } = options;
    const { url } = options.deployment();
    const translations = Object.fromEntries(
      await Promise.all(
        [...options.translations].map(async ([tag, path]) => [tag, await readFile(path, "utf8")] as const),
      ),
    );
    const texts = { markdown: await readFile(file, "utf8"), language, translations };
    const before = await readSaved(file);
    const mine =
      before?.url === url && before.policy === policy && before.version === version ? before : null;
    const { etag, created } = await api.save(version, texts, mine?.etag ?? null).catch((error: unknown) => {
      throw error instanceof Refused ? explained(error, options) : error;
    });
    if (etag === null) {
      process.stdout.write(`${policy} ${version} is published with this very text: nothing to save.\n`);
      return 0;
    }
    await writeSaved(file, { url, policy, version, etag });
    process.stdout.write(`Draft ${policy} ${version} ${created ? "begun" : "replaced"} at ${url}.\n`);
    return 0;
  });
}

function explained(error: Refused, { file, version }: PolicyOptions): Refused {
  if (error.status !== 412 && error.status !== 428) return error;
  return new Refused(error.status, [
    error.message,
    `There is a draft ${version} that did not come from ${file}, or came later. \`policy diff\` and \`policy status\` show it;`,
    `bring the two together, then name the one you read in ${savedPath(file)} ("etag").`,
  ]);
}

function savedPath(file: string): string {
  return `${file}.draft.json`;
}

async function readSaved(file: string): Promise<Saved | null> {
  const text = await readFile(savedPath(file), "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  });
  return text === null ? null : v.parse(Saved, JSON.parse(text));
}

/** By rename, so that a break leaves the old one or the new one. */
async function writeSaved(file: string, saved: Saved): Promise<void> {
  const next = `${savedPath(file)}.next`;
  await writeFile(next, `${JSON.stringify(saved, null, 2)}\n`);
  await rename(next, savedPath(file));
}
