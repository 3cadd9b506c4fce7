import { error, type Finding, warning } from "./finding.ts";
import type { NoticeDocument, SiteDocument } from "./site-document.ts";

/** 13 months, as the French authority recommends for a cookie at most. */
const LONG_LIFE_DAYS = 395;

/** What is said of purposes, of who receives data, and of what stays on the device. */
export function checkServices({ notice, origins }: SiteDocument): Finding[] {
  return [...categories(notice), ...services(notice), ...drafts(notice), ...around(notice, origins)];
}

function categories({ categories, services }: NoticeDocument): Finding[] {
  const ids = categories.map(({ id }) => id);
  const at = (i: number) => ["notice", "categories", i];
  return [
    ...(ids.includes("necessary")
      ? []
      : [
          error({
            at: ["notice", "categories"],
            rule: "category-missing",
            reason: "There is no category necessary: the cookie that keeps the choice belongs to it.",
            suggestion: "Add it.",
          }),
        ]),
    ...ids.flatMap((id, i) => {
      if (ids.indexOf(id) !== i) {
        return error({
          at: at(i),
          rule: "category-twice",
          reason: `${id} is there twice.`,
          suggestion: "Keep one.",
        });
      }
      if (services.some(({ category }) => category === id)) return [];
      return error({
        at: at(i),
        rule: "category-empty",
        reason: `Visitors would be asked about ${id}, and no service belongs to it.`,
        suggestion: "Name its services, or take the category out.",
      });
    }),
  ];
}

function services({ categories, services }: NoticeDocument): Finding[] {
  const ids = services.map(({ id }) => id);
  return services.flatMap(({ id, category, items, name }, i) => {
    const at = ["notice", "services", i];
    return [
      ...(ids.indexOf(id) === i
        ? []
        : [
            error({
              at: [...at, "id"],
              rule: "service-twice",
              reason: `${id} is the id of two services.`,
              suggestion: "Give each its own.",
            }),
          ]),
      ...(categories.some((known) => known.id === category)
        ? []
        : [
            error({
              at: [...at, "category"],
              rule: "category-unknown",
              reason: `${JSON.stringify(name.slice(0, 60))} belongs to ${category}, which is not among the categories.`,
              suggestion: "Add the category, or move the service.",
            }),
          ]),
      ...items.flatMap((item, k) => {
        if (item.days === undefined) {
          return error({
            at: [...at, "items", k, "days"],
            rule: "lifetime-missing",
            reason: `It is not said how long ${JSON.stringify(item.name.slice(0, 60))} stays.`,
            suggestion: "Give the days; 0 means until the browser is closed.",
          });
        }
        if (item.days <= LONG_LIFE_DAYS) return [];
        return warning({
          at: [...at, "items", k, "days"],
          rule: "lifetime-long",
          reason: `${item.days} days are longer than the 13 months that authorities recommend at most.`,
          suggestion: "Let it live shorter.",
        });
      }),
    ];
  });
}

const namesOf = (paths: readonly string[]) => paths.map((path) => (path === "*" ? "all" : path)).join(", ");

function drafts({ drafts = {}, languages }: NoticeDocument): Finding[] {
  return languages
    .filter((language) => (drafts[language] ?? []).length > 0)
    .map((language) =>
      warning({
        at: ["notice", "drafts", language],
        rule: "not-reviewed",
        reason: `These texts in ${language} were drafted by machine, and nobody who speaks it has read them: ${namesOf(drafts[language] ?? [])}.`,
        suggestion: "Have them read, or let an admin accept that by name when publishing.",
      }),
    );
}

function around(notice: NoticeDocument, origins: readonly string[]): Finding[] {
  const { contact, cookie_domain: domain } = notice;
  const hosts = origins.map((origin) => new URL(origin).hostname);
  return [
    ...(contact.name.trim() !== "" && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(contact.email)
      ? []
      : [
          error({
            at: ["notice", "contact"],
            rule: "contact-missing",
            reason: "Visitors are not told by name and address whom to ask.",
            suggestion: "Name a person or desk, and its e-mail address.",
          }),
        ]),
    ...(domain === undefined || hosts.every((host) => host === domain || host.endsWith(`.${domain}`))
      ? []
      : [
          error({
            at: ["notice", "cookie_domain"],
            rule: "cookie-domain",
            reason: `Not every origin is under ${domain}: a browser refuses the cookie on the others.`,
            suggestion: "Leave it out, or name what all origins end with.",
          }),
        ]),
    ...origins.flatMap((origin, i) =>
      origin.startsWith("https:") || /^http:\/\/(localhost|127\.0\.0\.1)(:|$)/.test(origin)
        ? []
        : warning({
            at: ["origins", i],
            rule: "not-encrypted",
            reason: `${origin} is not encrypted: choices could be read and changed on the way.`,
            suggestion: "Serve the site by https.",
          }),
    ),
    ...(origins.length > 0
      ? []
      : [
          warning({
            at: ["origins"],
            rule: "no-origin",
            reason: "No origin is named: no page can record a choice.",
            suggestion: "Name every origin that carries the tag, as https://www.example.com.",
          }),
        ]),
  ];
}
