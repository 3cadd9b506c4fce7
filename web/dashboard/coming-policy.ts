/** A coming policy version, as `GET /api/v1/policy/coming` tells it; what the page does not use is left out. */
export interface ComingPolicy {
  readonly publisher: string;
  readonly owner: string;
  readonly policy: string;
  readonly version: string;
  readonly title: string;
  readonly effective_at: string;
  readonly time_zone: string;
  readonly reason: string;
  readonly url: string;
  readonly served_at: string | null;
  readonly acknowledged_at: string | null;
}

/** Where the record of “I have read this” is. */
export interface Recorded {
  readonly index: number;
  readonly receipt: string;
}

/** What is announced; nothing where nobody answers: the notice is never in anybody's way. */
export async function askComing(org: string | null): Promise<readonly ComingPolicy[]> {
  try {
    const answer = await fetch("/api/v1/policy/coming", { headers: headersFor(org) });
    if (!answer.ok) return [];
    const body: { notices: readonly ComingPolicy[] } = await answer.json();
    return body.notices;
  } catch {
    return [];
  }
}

/** Says that a version was put before the member, or read. @returns null when it was not recorded */
export async function tell(
  org: string | null,
  { publisher, policy, version }: ComingPolicy,
  action: "served" | "read",
): Promise<Recorded | null> {
  try {
    const answer = await fetch("/api/v1/policy/acknowledgements", {
      method: "POST",
      headers: { "content-type": "application/json", ...headersFor(org) },
      body: JSON.stringify({ publisher, policy, version, action }),
    });
    if (!answer.ok) return null;
    const recorded: Recorded = await answer.json();
    return recorded;
  } catch {
    return null;
  }
}

/** The day on which it takes effect, where its publisher is. */
export function dayOf({ effective_at, time_zone }: ComingPolicy): string {
  return new Intl.DateTimeFormat("en-IN", { dateStyle: "long", timeZone: time_zone }).format(
    new Date(effective_at),
  );
}

function headersFor(org: string | null): Record<string, string> {
  return org === null ? {} : { "c360-org": org };
}
