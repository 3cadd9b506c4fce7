import type { AppContext } from "../../http/app-env.ts";
import { noticeOf } from "../notices/notices-of-org.ts";
import { noticeInForce, readNotice } from "../notices/queries.ts";
import { byOwnHost } from "../same-origin.ts";
import { cookieIn, setCookie } from "./consent-cookie.ts";

/**
 * Under the same-origin option: the cookie that the banner's script has just written, once more as one that
 * a server set, since browsers keep that longer (Safari forgets the other after 7 days).
 */
export async function repeatCookie(c: AppContext, site: string): Promise<void> {
  const own = byOwnHost(c);
  const value = own === undefined ? null : cookieIn(c.req.header("cookie"));
  if (own === undefined || value === null) return;
  const [found] = await c.get("database").read([noticeInForce(site)]);
  const notice = readNotice(found);
  if (notice === null) return;
  const { consent_days: days, cookie_domain: domain } = noticeOf(notice.document);
  c.header("set-cookie", setCookie(value, { days, secure: own.secure, domain }));
}
