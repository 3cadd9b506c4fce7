import * as v from "valibot";
import { askDeployment, refusalLines } from "../ask-deployment.ts";
import type { Deployment } from "../deployment.ts";
import type { PolicyOptions } from "./options.ts";

const Version = v.object({
  policy: v.string(),
  version: v.string(),
  status: v.string(),
  sha256: v.string(),
  effective_at: v.nullable(v.string()),
  class: v.nullable(v.string()),
  reason: v.nullable(v.string()),
  cancel_until: v.nullable(v.string()),
  cancelled_at: v.nullable(v.string()),
  url: v.nullable(v.string()),
  log_index: v.nullable(v.number()),
  updated_at: v.nullable(v.string()),
  updated_by: v.nullable(v.string()),
  markdown: v.optional(v.string()),
});
export type Version = v.InferOutput<typeof Version>;

const Policy = v.object({ versions: v.array(v.object({ version: v.string(), status: v.string() })) });

/** The deployment read the request and said no. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;

  constructor(status: number, sentences: readonly string[]) {
    super(sentences.join("\n"));
    this.status = status;
  }
}

/** `/api/v1/policies/{policy}` of one deployment. */
export class PolicyApi {
  readonly #base: string;
  readonly #key: string;

  constructor({ url, key }: Deployment, policy: string) {
    this.#base = `${url}/api/v1/policies/${policy}`;
    this.#key = key;
  }

  /** A version or draft with its text, and a draft's ETag; null where there is none. */
  async read(version: string): Promise<{ version: Version; etag: string | null } | null> {
    const response = await this.#send("GET", `/${version}`);
    if (response.status === 404) return null;
    return { version: v.parse(Version, await answerOf(response)), etag: response.headers.get("etag") };
  }

  /** The number of the version in force, or null. */
  async inForce(): Promise<string | null> {
    const response = await this.#send("GET", "");
    if (response.status === 404) return null;
    const { versions } = v.parse(Policy, await answerOf(response));
    return versions.find(({ status }) => status === "in_force")?.version ?? null;
  }

  async save(
    version: string,
    texts: object,
    etag: string | null,
  ): Promise<{ etag: string | null; created: boolean }> {
    const response = await this.#send("PUT", `/${version}`, texts, etag);
    await answerOf(response);
    return { etag: response.headers.get("etag"), created: response.status === 201 };
  }

  async decide(
    version: string,
    what: "schedule" | "cancel",
    body: object,
    etag: string | null,
  ): Promise<Version> {
    return v.parse(Version, await answerOf(await this.#send("POST", `/${version}/${what}`, body, etag)));
  }

  #send(method: string, path: string, body?: object, etag: string | null = null): Promise<Response> {
    return askDeployment(this.#key, { method, base: this.#base, path, body, etag });
  }
}

/** Runs what asks a deployment; its refusal is said, and is exit code 1. */
export async function askingDeployment(
  options: PolicyOptions,
  work: (api: PolicyApi) => Promise<number>,
): Promise<number> {
  try {
    return await work(new PolicyApi(options.deployment(), options.policy));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

/** @throws Refused */
async function answerOf(response: Response): Promise<unknown> {
  const json: unknown = await response.json();
  if (response.ok) return json;
  throw new Refused(response.status, refusalLines(response.status, json));
}
