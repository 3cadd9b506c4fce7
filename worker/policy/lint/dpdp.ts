import type { RequiredPart } from "./profile.ts";
import { EMAIL } from "./text.ts";

/** Digital Personal Data Protection Act 2023 and the Rules of November 2025, read by engineers. */
export const DPDP: readonly RequiredPart[] = [
  {
    id: "data-items",
    what: "which personal data is processed, item by item",
    source: "Act s. 5(1)(i), Rules r. 3",
    said: [/\b(?:we|you) (?:collect|process|provide)|information we collect|data we (?:collect|process)/i],
    suggestion: "List each kind of personal data.",
  },
  {
    id: "purpose",
    what: "for what purpose",
    source: "Act s. 5(1)(i), Rules r. 3",
    said: [/\bpurposes?\b|how we use/i],
    suggestion: "Name the purpose of each kind of data, and the goods, services or uses it enables.",
  },
  {
    id: "withdrawal",
    what: "how consent is withdrawn as easily as it was given",
    source: "Act s. 6(4), Rules r. 3",
    said: [
      /\bwithdraw/i,
      /\bas easy\b|\bas easily\b|\bsame (?:ease|number of)|\bone click\b|\bas many clicks\b/i,
    ],
    suggestion: "Say where consent is withdrawn, with no more steps than giving it took.",
  },
  {
    id: "access",
    what: "that a person can get a summary of the data and of who received it",
    source: "Act s. 11",
    said: [/\bright (?:to|of) access|\bsummary of (?:the |your )?(?:personal )?data/i],
    suggestion: "Add the right to access.",
  },
  {
    id: "correction-erasure",
    what: "that data is corrected, completed and erased on request",
    source: "Act s. 12",
    said: [/\brectif|\bcorrect/i, /\berasure|\berase|\bdelet/i],
    suggestion: "Add the rights to correction and erasure.",
  },
  {
    id: "grievance",
    what: "how a grievance is raised, and within which time it is answered",
    source: "Act s. 13, Rules r. 14",
    said: [
      /\bgrievances?\b|\bcomplaints?\b/i,
      /\bwithin\s+(?:\d{1,4}|[a-z]{1,12})\s+(?:days?|months?|weeks?)\b/i,
    ],
    suggestion: "Publish a period of at most 90 days.",
  },
  {
    id: "nomination",
    what: "that a person can nominate somebody for the case of death or incapacity",
    source: "Act s. 14",
    said: [/\bnominat/i],
    suggestion: "Add the right to nominate.",
  },
  {
    id: "board",
    what: "how to complain to the Data Protection Board",
    source: "Act s. 5(1)(iii), Rules r. 3",
    said: [/\bData Protection Board\b/i],
    suggestion: "Name the Data Protection Board of India, with a link.",
  },
  {
    id: "contact-person",
    what: "who answers questions about personal data",
    source: "Act s. 6(3) and 8(9), Rules r. 9",
    said: [EMAIL, /\bcontact\b|\bofficer\b/i],
    suggestion: "Publish the business contact of the person who answers.",
  },
  {
    id: "retention",
    what: "when data is erased",
    source: "Act s. 8(7), Rules r. 8",
    said: [/\bretain|\bretention|\bkept\b|\bkeep\b/i, /\b\d{1,4}\s+(?:days?|months?|years?|hours?)\b/i],
    suggestion: "Give a period for each kind of data.",
  },
  {
    id: "children",
    what: "what is done about the data of children under 18",
    source: "Act s. 9, Rules r. 10",
    said: [/\bchild/i, /\b18\b|\beighteen\b|\bparent/i],
    suggestion: "Say whether children use the service, and how a parent's consent is verified.",
  },
];
