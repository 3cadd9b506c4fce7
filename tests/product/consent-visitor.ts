import { randomBytes } from "node:crypto";

/** A choice as the banner posts it. */
export interface Choice {
  readonly consent_id: string;
  readonly secret: string;
  readonly action: "accept_all" | "reject_all" | "custom" | "withdraw" | "gpc";
  readonly categories: {
    readonly preferences: boolean;
    readonly analytics: boolean;
    readonly marketing: boolean;
  };
  readonly choice: number;
  readonly policy_version: string;
  readonly notice_hash: string;
  readonly language: string;
}

/** What is published for a site now, as every choice must name it. */
export async function publishedNotice(
  url: string,
  site: string,
): Promise<{ policy_version: string; notice_hash: string }> {
  const { policy_version, notice_hash } = await fetch(`${url}/c/${site}.json`).then((r) => r.json());
  return { policy_version, notice_hash };
}

/** A new visitor's first choice: agrees to everything unless told otherwise. */
export function newChoice(
  published: { policy_version: string; notice_hash: string },
  more: Partial<Choice> = {},
): Choice {
  return {
    consent_id: `cns_${randomBytes(16).toString("base64url")}`,
    secret: randomBytes(32).toString("base64url"),
    action: "accept_all",
    categories: { preferences: true, analytics: true, marketing: true },
    choice: 1,
    language: "en",
    ...published,
    ...more,
  };
}

export function newKey(): string {
  return randomBytes(16).toString("base64url");
}

/** Posts a choice as the page at `origin` would. */
export function postChoice(
  url: string,
  site: string,
  origin: string,
  choice: Choice,
  key: string,
): Promise<Response> {
  return fetch(`${url}/api/v1/consent/${site}`, {
    method: "POST",
    headers: { origin, "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify(choice),
  });
}
