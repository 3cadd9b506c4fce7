import { type Database, DatabaseUnavailable } from "../../db/client.ts";
import { type Credential, unauthenticated } from "../accounts/identify.ts";
import { mayUse } from "../accounts/principal.ts";
import { PAGE_CALLS, type ReadPage } from "./calls-csv.ts";
import { type Page, pageOfCalls, readCalls } from "./queries.ts";

const ATTEMPTS = 4;
const PAUSE_MS = 250;

/**
 * Reads an export's pages. Each asks again for the credential that the export began with, so that a
 * revocation ends one that is under way; a database that is away for a moment is asked again.
 * @param database whose first read is the guard's own check
 */
export function pagesOf(
  database: Database,
  org: string,
  filter: Omit<Page, "after" | "limit">,
  credential: Credential,
): ReadPage {
  return async (after) => {
    const page = pageOfCalls(org, { ...filter, after, limit: PAGE_CALLS });
    for (let attempt = 1; ; attempt += 1) {
      try {
        const [word, calls] = await database.read([credential.question, page]);
        if (word === undefined || calls === undefined) throw new Error("two answers belong to two questions");
        if (!mayUse(credential.answer(word), "calls:read")) throw unauthenticated();
        return readCalls(calls);
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable) || attempt === ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
      }
    }
  };
}
