import type { Finding } from "../../worker/policy/lint/finding.ts";
import { type Link, readText } from "../../worker/policy/lint/text.ts";

const TIMEOUT_MS = 10_000;
const AT_ONCE = 4;

/**
 * Opens every link of a text, each address once.
 * @param siteUrl where links within the site lead; they are not opened unless told
 */
export async function deadLinks(markdown: string, siteUrl: string | undefined): Promise<Finding[]> {
  const links = readText(markdown).passages.flatMap((passage) => passage.links);
  const byAddress = new Map<string, Link>();
  for (const link of links) {
    const address = addressOf(link.href, siteUrl);
    if (address !== null && !byAddress.has(address)) byAddress.set(address, link);
  }
  const findings: Finding[] = [];
  const left = [...byAddress];
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [address, { href, line }] = next;
      const fault = await faultOf(address);
      if (fault === null) continue;
      findings.push({
        line,
        rule: "dead-link",
        ...fault,
        reason: `${href} ${fault.reason}`,
        suggestion: "Correct or remove the link.",
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return findings;
}

function addressOf(href: string, siteUrl: string | undefined): string | null {
  if (href.startsWith("#") || href.startsWith("mailto:")) return null;
  const url = URL.parse(href, siteUrl);
  if (url === null || !["http:", "https:"].includes(url.protocol)) return null;
  url.hash = "";
  return url.href;
}

/** Gone is an error; a host that does not answer now may answer tomorrow. */
async function faultOf(address: string): Promise<Pick<Finding, "severity" | "reason"> | null> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.body?.cancel();
    if (response.ok) return null;
    const gone = response.status === 404 || response.status === 410;
    return { severity: gone ? "error" : "warning", reason: `answers ${response.status}.` };
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { severity: "warning", reason: `did not answer (${cause}).` };
  }
}
