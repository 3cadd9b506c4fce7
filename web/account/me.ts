/** Who is signed in, as `GET /api/v1/me` says. */
export interface Me {
  /** `language`: in which they are written to; null where they chose none. */
  readonly user: { readonly name: string; readonly email: string; readonly language: string | null };
  readonly org: { readonly id: string; readonly name: string; readonly time_zone: string };
  readonly role: string;
}

/** `refused`: signed in, but not (or no longer) allowed or not told which organisation; the server's page says more. */
export type MeAnswer =
  | { readonly kind: "member"; readonly me: Me }
  | { readonly kind: "signed-out" }
  | { readonly kind: "refused" }
  | { readonly kind: "unreachable" };

/** Asks once. @param org the organisation of a member of several, else null */
export async function askMe(org: string | null): Promise<MeAnswer> {
  try {
    const answer = await fetch("/api/v1/me", { headers: org === null ? {} : { "c360-org": org } });
    if (answer.status === 401) return { kind: "signed-out" };
    if (answer.status === 403 || answer.status === 409) return { kind: "refused" };
    if (!answer.ok) return { kind: "unreachable" };
    const me: Me = await answer.json();
    return { kind: "member", me };
  } catch {
    return { kind: "unreachable" };
  }
}

/** To sign-in, and back to this very view afterwards. */
export function goToSignIn(): void {
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** Ends the session. @returns false when nobody answered, so that it still lives */
export async function signOut(): Promise<boolean> {
  try {
    return (await fetch("/api/auth/sign-out", { method: "POST" })).ok;
  } catch {
    return false;
  }
}
