/** What came of an attempt, in words for the person who made it. */
export type Outcome =
  | { readonly kind: "signed-in" }
  | { readonly kind: "wrong"; readonly words: string }
  | { readonly kind: "failed"; readonly words: string };

/** Sends the credentials; the answer sets the session cookie. Never throws. */
export async function signIn(email: string, password: string): Promise<Outcome> {
  try {
    const answer = await fetch("/api/auth/sign-in/email", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    return outcomeOf(answer.status, answer.headers.get("retry-after"));
  } catch {
    return { kind: "failed", words: "No connection to Callers360. Check your network and try again." };
  }
}

/** @param retryAfter the header of that name: seconds, or null */
export function outcomeOf(status: number, retryAfter: string | null): Outcome {
  if (status === 200) return { kind: "signed-in" };
  if (status === 401) return { kind: "wrong", words: "This email and password do not belong together." };
  if (status === 422)
    return { kind: "wrong", words: "This does not look like an email address and a password." };
  if (status === 429) {
    const seconds = retryAfter ?? "a few";
    return { kind: "failed", words: `Too many attempts. Try again in ${seconds} seconds.` };
  }
  return { kind: "failed", words: "Callers360 cannot sign you in right now. Try again in a minute." };
}
