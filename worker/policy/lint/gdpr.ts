import type { RequiredPart } from "./profile.ts";
import { EMAIL } from "./text.ts";

/** Regulation (EU) 2016/679, Articles 13 and 14, read by engineers. */
export const GDPR: readonly RequiredPart[] = [
  {
    id: "controller",
    what: "who the controller is and how to reach it",
    source: "Art. 13(1)(a)",
    said: [EMAIL, /\bcontact\b/i],
    suggestion: "Name the controller with its contact details.",
  },
  {
    id: "purposes",
    what: "the purposes of the processing",
    source: "Art. 13(1)(c)",
    said: [/\bpurposes?\b|how we use/i],
    suggestion: "Name each purpose.",
  },
  {
    id: "legal-basis",
    what: "the legal basis of each purpose",
    source: "Art. 13(1)(c)",
    said: [
      /\blegal (?:basis|bases|ground)|\blawful basis\b|\bperform(?:ance)? (?:of )?(?:a |the |our )?contract\b/i,
    ],
    suggestion: "Say for each purpose: consent, contract, legal obligation or legitimate interest.",
  },
  {
    id: "recipients",
    what: "who receives the data",
    source: "Art. 13(1)(e)",
    said: [/\bservice providers?\b|\brecipients?\b|\bshare\b/i],
    suggestion: "Name the recipients or their kinds.",
  },
  {
    id: "transfers",
    what: "whether data goes to other countries, and under which safeguard",
    source: "Art. 13(1)(f)",
    said: [
      /\b(?:other|third|outside|another) (?:countr|the|of)|\btransfer(?:red|s)?\b[^.]{0,80}\bcountr|\bin other countries\b/i,
    ],
    suggestion: "Name the countries, and the safeguard.",
  },
  {
    id: "retention",
    what: "how long data is kept",
    source: "Art. 13(2)(a)",
    said: [/\bretain|\bretention|\bkept\b|\bkeep\b/i, /\b\d{1,4}\s+(?:days?|months?|years?|hours?)\b/i],
    suggestion: "Give a period for each kind of data, or how it is decided.",
  },
  {
    id: "rights",
    what: "the rights to access, rectification, erasure, restriction, objection and portability",
    source: "Art. 13(2)(b)",
    said: [
      /\baccess/i,
      /\brectif|\bcorrect/i,
      /\berasure|\berase/i,
      /\brestrict/i,
      /\bobject\b|\bobjection/i,
      /\bportab/i,
    ],
    suggestion: "Name all six.",
  },
  {
    id: "withdrawal",
    what: "that consent can be withdrawn at any time",
    source: "Art. 13(2)(c)",
    said: [/\bwithdraw[^.]{0,120}\bat any time\b|\bat any time\b[^.]{0,120}\bwithdraw/i],
    suggestion: "Say so, and where.",
  },
  {
    id: "complaint",
    what: "that a person can complain to a supervisory authority",
    source: "Art. 13(2)(d)",
    said: [/\bsupervisory authorit|\bdata protection authorit/i],
    suggestion: "Name the right to complain to a supervisory authority.",
  },
  {
    id: "obligation",
    what: "which data somebody has to give, and what happens otherwise",
    source: "Art. 13(2)(e)",
    said: [
      /\bwithout (?:it|them|these|this|that)\b|\bdo not (?:give|provide)\b|\brequired to (?:give|provide)\b|\bmust (?:give|provide)\b|\bneeded for\b/i,
    ],
    suggestion: "Say which data is needed for an account, and which is voluntary.",
  },
  {
    id: "automated-decisions",
    what: "whether decisions are taken by machines alone",
    source: "Art. 13(2)(f)",
    said: [
      /\bautomated\b[^.]{0,80}\bdecision|\bdecisions?\b[^.]{0,120}\b(?:machine|automat|without a (?:person|human))/i,
    ],
    suggestion: "Say whether there are any, and how they work.",
  },
];
