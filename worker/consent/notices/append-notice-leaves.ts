import { openDatabase } from "../../../db/client.ts";
import { type Env, settingsOf } from "../../env.ts";
import { append } from "../../ledger/append.ts";
import { decodeHex } from "../../ledger/bytes.ts";
import { readSite, siteById } from "../queries.ts";
import { noticesWithoutLeaf, readUnloggedNotices, setNoticeLeaf } from "./queries.ts";

const BATCH = 100;

/**
 * Shows every published notice in its log, so that nobody can say later that it read otherwise. The
 * log takes the same notice once, so this may be broken off and run again.
 */
export async function appendNoticeLeaves(env: Env): Promise<void> {
  const database = openDatabase(settingsOf(env).database);
  const [found] = await database.read([noticesWithoutLeaf(BATCH)]);
  const notices = readUnloggedNotices(found);
  const sites = await database.read(notices.map(({ site }) => siteById(site)));
  const shown = await Promise.all(
    notices.map(async (notice, i) => {
      const site = readSite(sites[i]);
      if (site === null) throw new Error(`a notice of the unknown site ${notice.site}`);
      const { index } = await append(env, site.log, "open", {
        kind: "notice",
        sha256: decodeHex(notice.noticeHash),
      });
      return setNoticeLeaf(notice, index);
    }),
  );
  await database.write(shown);
}
