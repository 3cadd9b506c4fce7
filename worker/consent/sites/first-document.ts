import { english } from "../../../consent-banner/languages/en.ts";
import type { SiteDocument } from "./site-document.ts";

/** A beginning for a site that never had a configuration: it saves, and publishing says what is missing. */
export function firstDocument(site: string, origins: readonly string[]): SiteDocument {
  return {
    origins,
    notice: {
      v: 1,
      site_name: site,
      revision: 1,
      consent_days: 180,
      categories: [{ id: "necessary", retention_days: 180 }],
      services: [
        {
          id: "c360",
          category: "necessary",
          name: "Consent record",
          provider: "Callers360",
          country: "IN",
          items: [{ name: "c360_consent", kind: "cookie", days: 180 }],
        },
      ],
      languages: ["en"],
      texts: {
        en: {
          purposes: { necessary: english.purposes.necessary },
          services: { c360: "Keeps the proof of your choice" },
        },
      },
      reopen: "left",
      gpc: "refuse",
      consent_mode: false,
      on_withdrawal: "stay",
      links: { policy: "/privacy", rights: "/privacy", board: "https://www.dpb.gov.in/" },
      contact: { name: "", email: "" },
    },
  };
}
