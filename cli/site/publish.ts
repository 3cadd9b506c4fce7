import * as v from "valibot";
import { askDeployment, refusalLines } from "../ask-deployment.ts";
import { asText, checkFile } from "./check.ts";
import type { SiteOptions } from "./options.ts";

const Versions = v.object({
  draft: v.nullable(v.object({ updated_at: v.string(), updated_by: v.string() })),
});
const Published = v.object({
  version: v.number(),
  notice_hash: v.string(),
  policy_version: v.string(),
  log_index: v.nullable(v.number()),
  effective_within_s: v.number(),
});

/** Checks FILE, saves it as the site's draft and publishes that; exit 1 where anything is refused. */
export async function publishVerb(options: SiteOptions): Promise<number> {
  const { file, site = "", acceptance } = options;
  const { document, findings } = await checkFile(file);
  process.stdout.write(asText(file, findings));
  if (document === null || findings.some(({ severity }) => severity === "error")) return 1;
  const ask = askerOf(options, site);

  const versions = await ask("GET", "/versions");
  if (!versions.ok) return refused(versions);
  const { draft } = v.parse(Versions, await versions.json());
  if (draft !== null && !options.replaceDraft) {
    process.stderr.write(
      `${draft.updated_by} is working on a draft, saved ${draft.updated_at}: bring the two together, or give --replace-draft.\n`,
    );
    return 1;
  }
  const read = await ask("GET", "");
  if (!read.ok) return refused(read);
  const saved = await ask("PUT", "", document, read.headers.get("etag"));
  if (!saved.ok) return refused(saved);
  const answer = await ask(
    "POST",
    "/publish",
    acceptance === null ? {} : { accept_unreviewed: acceptance },
    saved.headers.get("etag"),
  );
  if (!answer.ok) return refused(answer);
  const published = v.parse(Published, await answer.json());
  process.stdout.write(
    `${site} version ${published.version} is published under policy ${published.policy_version}; pages have it within ${published.effective_within_s} s.\n` +
      `notice_hash ${published.notice_hash}, ${published.log_index === null ? "not in the log yet" : `leaf ${published.log_index} of the log`}.\n`,
  );
  return 0;
}

type Ask = (method: string, path: string, body?: unknown, etag?: string | null) => Promise<Response>;

function askerOf(options: SiteOptions, site: string): Ask {
  const { url, key } = options.deployment();
  const base = `${url}/api/v1/sites/${encodeURIComponent(site)}`;
  return (method, path, body, etag = null) => askDeployment(key, { method, base, path, body, etag });
}

async function refused(response: Response): Promise<number> {
  process.stderr.write(`${refusalLines(response.status, await response.json()).join("\n")}\n`);
  return 1;
}
