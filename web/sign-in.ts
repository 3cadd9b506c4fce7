import { nextPage } from "./sign-in/next-page.ts";
import { signIn } from "./sign-in/sign-in.ts";

/** The sign-in page's behaviour; its form stands in `sign-in.html`, ready before any script is. */
const form = element("sign-in", HTMLFormElement);
const email = element("email", HTMLInputElement);
const password = element("password", HTMLInputElement);
const fault = element("fault", HTMLElement);
const button = form.querySelector("button");

let busy = false;

// Nothing else is on this page; but focus is not taken from somebody who already types.
if (document.activeElement === document.body) email.focus();

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (busy) return;
  const empty = [email, password].find((field) => field.value.trim() === "");
  if (empty !== undefined) {
    refuse(empty === email ? "Enter your email address." : "Enter your password.", empty);
    return;
  }
  say("", null);
  setBusy(true);
  const outcome = await signIn(email.value.trim(), password.value);
  if (outcome.kind === "signed-in") {
    location.replace(nextPage(location.search, location.origin));
    return;
  }
  setBusy(false);
  refuse(outcome.words, outcome.kind === "wrong" ? password : null);
});

function refuse(words: string, field: HTMLInputElement | null): void {
  say(words, field);
  (field ?? button)?.focus();
  field?.select();
}

function say(words: string, field: HTMLInputElement | null): void {
  fault.textContent = words;
  for (const one of [email, password]) {
    if (one === field) one.setAttribute("aria-invalid", "true");
    else one.removeAttribute("aria-invalid");
  }
}

function setBusy(now: boolean): void {
  busy = now;
  // Not `disabled`: that would drop the focus.
  button?.setAttribute("aria-disabled", String(now));
  if (button !== null) button.textContent = now ? "Signing in…" : "Sign in";
}

function element<T extends HTMLElement>(id: string, kind: abstract new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`sign-in.html has no #${id}`);
  return found;
}
