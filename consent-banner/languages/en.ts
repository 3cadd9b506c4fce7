import type { Texts } from "../configuration.ts";

/** The banner's own words in English; a site adds what its purposes and services are. */
export const english: Omit<Texts, "services"> = {
  heading: "Your privacy, your choice",
  body: "We would like to use cookies for the purposes under “Choose”. Nothing is set until you decide, and you can change your mind at any time.",
  accept: "Accept all",
  reject: "Reject all",
  choose: "Choose",
  policy: "Privacy policy",
  reopen: "Privacy choices",
  gpc: "Your browser asks us not to track or share (Global Privacy Control), so analytics and marketing stay off unless you turn them on here.",
  coming_change: "Our privacy policy changes on {date}.",
  coming_change_link: "See what changes",
  unavailable: "That part could not be loaded. Please try again.",
  frame: "{name} comes from {provider}. Showing it contacts {host}.",
  frame_show: "Show it this time",

  choices_heading: "Privacy choices",
  choices_body:
    "Turn on what you agree to. Everything works without it, and you can take it back just as easily.",
  save: "Save choices",
  close: "Close",
  always_on: "Always on",
  details: "Details",
  data_items: "Personal data",
  recipients: "Who receives it",
  kept: "Kept for",
  until_closed: "until you close the browser",
  on_device: "On your device",
  rights: "Use your rights",
  board: "Complain to the Data Protection Board",
  contact: "Contact",

  record_heading: "Your record",
  record_sent: "Your choice is entry {index} of a public log. The receipt proves it without revealing it.",
  record_waiting: "Your choice applies already. It is recorded as soon as the connection allows.",
  record_refused: "Your choice applies on this device, but the log did not take it (status {status}).",
  record_id: "Consent ID",
  receipt_save: "Save receipt",
  record_save: "Save record",

  purposes: {
    necessary: {
      title: "Necessary",
      text: "Keeps the site secure and remembers your choice here.",
      data_items: ["your privacy choice"],
    },
    preferences: {
      title: "Preferences",
      text: "Remembers settings such as language and region.",
      data_items: ["settings you chose"],
    },
    analytics: {
      title: "Analytics",
      text: "Counts visits, so that we see which pages help and which do not.",
      data_items: ["pages seen", "time of visit"],
    },
    marketing: {
      title: "Marketing",
      text: "Shows content and offers from partners and measures whether they were useful.",
      data_items: ["pages seen", "offers seen or clicked"],
    },
  },
};
