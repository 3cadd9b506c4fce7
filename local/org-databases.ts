import type { DatabaseAddress } from "../db/client.ts";
import type { DatabaseGroup } from "../db/places.ts";

/** Another local database server, with the same token, may hold an organisation. */
export const ORG_DATABASES = "http://127.0.0.1:*";

export function localGroup({ token }: DatabaseAddress): DatabaseGroup {
  return { urls: ORG_DATABASES, token };
}
