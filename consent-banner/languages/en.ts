import type { Texts } from "../configuration.ts";

/** The banner's own words in English; a site adds what its purposes and services are. */
export const english: Omit<Texts, "services"> = {
  heading: "Your privacy, your choice",
  body: "We would like to use cookies for the purposes under “Choose”. Nothing is set until you decide, and you may change it later.",
  accept: "Accept all",
  reject: "Reject all",
  choose: "Choose",
  policy: "Privacy policy",
  reopen: "Privacy choices",
  gpc: "Your browser sends Global Privacy Control: analytics and marketing stay off unless you turn them on.",
  coming_change: "Our privacy policy changes on {date}.",
  changed: "Our privacy policy changed on {date}. Please choose again.",
  coming_change_link: "See what changes",
  unavailable: "Not available now. Please try again.",
  frame: "{name} comes from {provider}. Showing it contacts {host}.",
  frame_show: "Show it this time",
  language: "Language",
  draft: "Translated by machine, not yet checked.",

  choices_heading: "Privacy choices",
  choices_body: "Turn on what you agree to. Everything works without it.",
  save: "Save choices",
  close: "Close",
  always_on: "Always on",
  details: "Details",
  data_items: "Personal data",
  recipients: "Who receives it",
  kept: "Kept for",
  until_closed: "until the browser is closed",
  on_device: "On your device",
  rights: "Use your rights",
  board: "Complain to the Data Protection Board",
  contact: "Contact",

  record_heading: "Your record",
  record_sent: "Your choice is entry {index} of a public log. The receipt proves it.",
  record_waiting: "Your choice applies already and will be recorded soon.",
  record_refused: "Your choice applies here, but was not recorded ({status}).",
  record_id: "Consent ID",
  receipt_save: "Save receipt",
  record_save: "Save record",
  not_cleared: "Could not be deleted from here: {names}",

  purposes: {
    necessary: {
      title: "Necessary",
      text: "Keeps the site secure and remembers your choice.",
      data_items: ["your privacy choice"],
    },
    preferences: {
      title: "Preferences",
      text: "Remembers settings such as language.",
      data_items: ["settings you chose"],
    },
    analytics: {
      title: "Analytics",
      text: "Counts visits to improve the site.",
      data_items: ["pages seen", "time of visit"],
    },
    marketing: {
      title: "Marketing",
      text: "Shows partners’ offers and measures their effect.",
      data_items: ["pages seen", "offers clicked"],
    },
  },
};
