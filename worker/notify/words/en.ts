import type { Words } from "./words.ts";

export const en: Words = {
  language: "en",
  name: "English",
  draft: null,
  lists: {
    policy: {
      name: "Changes of policies",
      wording:
        "Tell me by e-mail before a policy changes, with the change itself. The address is used for nothing else, and one click ends it.",
    },
    newsletter: {
      name: "Newsletter",
      wording:
        "Send me the newsletter: news and offers by e-mail. The address is used for nothing else, and one click ends it.",
    },
  },
  letter: {
    changes_on: "{title} of {owner} changes on {date}",
    called_off: "{title} of {owner}: the change of {date} is called off",
    intro: "Version {version} of the {title} takes effect on {date}.",
    until_then: "Until then the present version holds.",
    why: "Why",
    nothing_to_do: "This is a notice. It asks for no consent, and not answering it is none.",
    what_changes: "What changes",
    first_version: "It is the first version: there is none before it to compare it with.",
    marks: "In this letter, removed words are struck through and added words are underlined.",
    translated: "This is a translation. The authoritative text is the one in {language}.",
    whole_text: "The whole text",
    difference: "The change as a page",
    history: "All versions",
    called_off_intro:
      "We told you that version {version} of the {title} would take effect on {date}. It will not: it is called off.",
    stays: "The version in force now stays in force.",
    as_member: "You get this because you have an account with {owner}. It is not advertising.",
    as_subscriber:
      "You get this because you asked to be told when a policy of {owner} changes. It is not advertising.",
    as_reader: "You get this because you asked for the newsletter of {owner}.",
    as_tester: "This is a test. In the newsletter of {owner} the way out of the list is here.",
    leave: "Do not tell me any more",
    checkpoint:
      "The public log's newest checkpoint when this was sent. Whoever compares it sees whether all were told the same:",
    please_confirm: "Please confirm: {list} – {owner}",
    somebody_asked: "Somebody, probably you, asked us to write to this address. {list} – {owner}:",
    confirm_link: "Confirm on our page",
    confirm_closing:
      "The link works for three days. You asked for nothing? Do nothing: without a confirmation the address is deleted.",
  },
  page: {
    skip: "Skip to the text",
    privacy: "Privacy policy",
    versions: "All versions",
    languages: "Languages",
    first_a_mail: "We first send one mail with a link: only who reads that mailbox can confirm.",
    email: "E-mail",
    bad_email: "The e-mail address must be an e-mail address, as asha@example.com.",
    subscribe: "Subscribe",
    look: "Look into your mailbox",
    on_its_way:
      "If this address is not on the list yet, a mail is on its way to it. Its link works for three days.",
    confirm: "Confirm your subscription",
    confirm_button: "Yes, subscribe me",
    asked_for_nothing:
      "You asked for nothing? Close this page: without a confirmation the address is deleted within three days.",
    subscribed: "You are subscribed",
    can_leave: "Every mail has a link to leave again, with one click.",
    leave: "Leave this list",
    leave_means: "You will get no more of these mails, and the address is deleted.",
    leave_button: "Unsubscribe",
    left: "You have left the list",
    left_means: "The address is deleted. What we sent before stays as it was.",
    broken: "This link does not work",
    broken_means:
      "It has expired, was replaced by a newer one, or is not complete. Copy it once more from the mail.",
    again: "Subscribe again",
  },
};
