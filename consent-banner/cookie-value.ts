import { type Choice, categoriesOf } from "./choice.ts";
import { CATEGORIES } from "./configuration.ts";

/** The cookie's value: form-encoded, so that a server reads it with what it has. */
export function encodeChoice(choice: Choice): string {
  const { categories, revision, date, despiteSignal, language, seen, identity } = choice;
  return String(
    new URLSearchParams({
      categories: CATEGORIES.filter((id) => categories[id]).join("."),
      revision: String(revision),
      date,
      ...(despiteSignal && { gpc: "1" }),
      ...(language && { language }),
      ...(seen && { seen }),
      ...(identity && { id: identity.id, secret: identity.secret, choice: String(identity.choice) }),
    }),
  );
}

/** @returns null for anything that `encodeChoice` would not have written */
export function decodeChoice(value: string): Choice | null {
  const fields = new URLSearchParams(value);
  const field = (name: string) => fields.get(name) ?? "";
  const granted = field("categories").split(".");
  const identity = { id: field("id"), secret: field("secret"), choice: Number(field("choice")) };
  const choice: Choice = {
    categories: categoriesOf((id) => granted.includes(id)),
    revision: Number(field("revision")),
    date: field("date"),
    despiteSignal: fields.has("gpc"),
    language: field("language"),
    seen: field("seen"),
    identity: identity.choice > 0 ? identity : null,
  };
  // Compared as written, so that a cookie from elsewhere or cut short is no choice at all.
  return encodeChoice(choice) === value ? choice : null;
}
