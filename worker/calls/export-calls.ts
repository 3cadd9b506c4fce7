import { type Database, DatabaseUnavailable } from "../../db/client.ts";
import { PAGE_CALLS, type ReadPage } from "./calls-csv.ts";
import { type Page, pageOfCalls, readCalls } from "./queries.ts";

const ATTEMPTS = 4;
const PAUSE_MS = 250;

/**
 * Reads an export's pages. Each asks again who is asking and where the calls are, so that a revocation ends
 * an export that is under way and a move does not; a database that is away for a moment is asked again.
 * @param database gives one whose first read is that check
 */
export function pagesOf(
  database: () => Database,
  org: string,
  filter: Omit<Page, "after" | "limit">,
): ReadPage {
  return async (after) => {
    const page = pageOfCalls(org, { ...filter, after, limit: PAGE_CALLS });
    for (let attempt = 1; ; attempt += 1) {
      try {
        const [calls] = await database().read([page]);
        if (calls === undefined) throw new Error("one answer belongs to one question");
        return readCalls(calls);
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable) || attempt === ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
      }
    }
  };
}
