import type { Notice } from "./configuration.ts";
import { english } from "./languages/en.ts";

/** The notice of the demo site, a maker of floor tiles with a call team. */
export const demoNotice: Notice = {
  v: 1,
  site_name: "Gera Tiles",
  revision: 1,
  consent_days: 180,
  categories: [
    { id: "necessary", retention_days: 180 },
    { id: "preferences", retention_days: 365 },
    { id: "analytics", retention_days: 90 },
    { id: "marketing", retention_days: 395 },
  ],
  services: [
    {
      id: "c360",
      category: "necessary",
      name: "Consent record",
      provider: "Callers360",
      country: "IN",
      items: [{ name: "c360_consent", kind: "cookie", days: 180 }],
    },
    {
      id: "showroom",
      category: "preferences",
      name: "Nearest showroom",
      provider: "Gera Tiles",
      country: "IN",
      items: [{ name: "gera_showroom", kind: "local_storage", days: 365 }],
    },
    {
      id: "visits",
      category: "analytics",
      name: "Visit count",
      provider: "Callers360",
      country: "IN",
      items: [],
    },
    {
      id: "heatmap",
      category: "analytics",
      name: "Page maps",
      provider: "Nakshatra Metrics",
      country: "IN",
      host: "maps.nakshatra.example",
      policy_url: "https://nakshatra.example/privacy",
      items: [
        { name: "_nkm", kind: "cookie", days: 90 },
        { name: "_nkm_session", kind: "session_storage", days: 0 },
      ],
    },
    {
      id: "walkthrough",
      category: "marketing",
      name: "Showroom walk-through",
      provider: "Drishti Video",
      country: "IE",
      host: "player.drishti.example",
      policy_url: "https://drishti.example/privacy",
      items: [{ name: "dv_*", kind: "cookie", days: 395 }],
    },
  ],
  languages: ["en"],
  texts: {
    en: {
      ...english,
      body: "May we count visits and show partners’ videos? You can change it any time.",
      purposes: {
        necessary: {
          title: "Necessary",
          text: "Keeps the site secure and remembers your choice.",
          data_items: ["your privacy choice"],
        },
        preferences: {
          title: "Preferences",
          text: "Remembers your nearest showroom, so that prices and stock are those near you.",
          data_items: ["town or PIN code you entered"],
        },
        analytics: {
          title: "Analytics",
          text: "Counts visits and call requests, so that we see which pages help and which do not.",
          data_items: ["pages seen", "time of visit", "clicks and scrolling"],
        },
        marketing: {
          title: "Marketing",
          text: "Shows partners’ videos and offers, and measures whether they were useful.",
          data_items: ["pages seen", "videos watched", "offers clicked", "IP address"],
        },
      },
      services: {
        c360: "Keeps the proof of your choice",
        showroom: "Shows stock and prices near you",
        visits: "Counts page views and call requests",
        heatmap: "Shows us where pages are hard to use",
        walkthrough: "Plays the tour of the Panjim showroom",
      },
    },
  },
  reopen: "left",
  gpc: "refuse",
  consent_mode: true,
  on_withdrawal: "stay",
  links: {
    policy: "/privacy",
    rights: "/privacy#your-data-protection-rights",
    board: "https://www.dpb.gov.in/",
  },
  contact: { name: "Callers360 privacy desk", email: "privacy@callers360.com" },
};
