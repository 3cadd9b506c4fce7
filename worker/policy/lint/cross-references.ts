import type { Section } from "../sections.ts";
import type { Finding } from "./finding.ts";
import { EMAIL, type LintText, lineAt, type Passage, wordsUnder } from "./text.ts";

/** What people are sent to another section for, and how to tell a section that has it. */
interface Topic {
  readonly name: string;
  readonly asked: RegExp;
  readonly title: RegExp;
  readonly words: RegExp;
}

const TOPICS: readonly Topic[] = [
  {
    name: "contact details",
    asked: /\bcontact\b|\bwrite to us\b|\breach us\b|\bget in touch\b/gi,
    title: /\bcontact\b|\bgrievance/i,
    words: EMAIL,
  },
  { name: "the rights", asked: /\brights\b/gi, title: /\brights?\b/i, words: /\bright to\b/i },
  { name: "cookies", asked: /\bcookies?\b/gi, title: /\bcookies?\b/i, words: /\bcookies?\b/i },
  {
    name: "how long data is kept",
    asked: /\bretention\b|\bretain(?:ed)?\b|\bhow long\b/gi,
    title: /\bretention\b|\bkeep\b|\bkept\b/i,
    words: /\bretain|\bretention\b|\bkeep\b|\bkept\b/i,
  },
  { name: "children", asked: /\bchild(?:ren)?\b|\bminors?\b/gi, title: /child|minor/i, words: /\bchild/i },
  {
    name: "security",
    asked: /\bsecurity\b|\bprotect(?:ed|ion)?\b/gi,
    title: /security|protect/i,
    words: /\bsecur/i,
  },
];

/** “Section 8”, “Sections 4 and 5.1”, “§ 3”; a letter or bracket behind the number is a law's way. */
const REFERENCE =
  /(?:\b(?:sections?|clauses?)|§+)\s*(\d+(?:\.\d+)*(?:\s*(?:,|and|or|to|&|–|-)\s*\d+(?:\.\d+)*)*)(?![\p{L}(\d])/giu;
const LAW = /\b(?:Act|Rules?|Code|Regulations?|Directive|GDPR|DPDP|Constitution)\b/;

/** Each is judged by the words of whole sections; no policy has so many. */
const MAX_REFERENCES = 500;
/** A sentence is looked for this far around a reference. */
const WINDOW = 500;

/** References that lead nowhere, or to a section that is about something else. */
export function checkCrossReferences(text: LintText): Finding[] {
  const places = placesIn(text);
  const findings = brokenAnchors(text);
  let judged = 0;
  for (const reference of referencesIn(text)) {
    findings.push(...faultsOf(reference, places));
    judged += 1;
    if (judged === MAX_REFERENCES) break;
  }
  return findings;
}

interface Reference {
  readonly number: string;
  readonly line: number;
  /** The sentence around it, and where in it the reference stands. */
  readonly sentence: string;
  readonly at: number;
}

function* referencesIn({ passages }: LintText): Generator<Reference> {
  for (const passage of passages) if (passage.kind === "text") yield* referencesOf(passage);
}

function* referencesOf(passage: Passage): Generator<Reference> {
  for (const match of passage.text.matchAll(REFERENCE)) {
    const end = match.index + match[0].length;
    const before = beginning(passage.text.slice(Math.max(0, match.index - WINDOW), match.index));
    const sentence = before + match[0] + ending(passage.text.slice(end, end + WINDOW));
    const at = before.length;
    if (ofALaw(sentence, at, at + match[0].length)) continue;
    const line = lineAt(passage, match.index);
    for (const number of (match[1] ?? "").split(/[^\d.]+/)) {
      yield { number: number.replace(/\.$/, ""), line, sentence, at };
    }
  }
}

/** “section 8 of the DPDP Act”, “the Act, section 8”. */
function ofALaw(sentence: string, from: number, to: number): boolean {
  const after = /^\s*(?:of|in|under)\s+(?!this\b|our\b)(.{0,80})/s.exec(sentence.slice(to))?.[1] ?? "";
  const before = /.{0,40}[,:(]\s*$/s.exec(sentence.slice(Math.max(0, from - 60), from))?.[0] ?? "";
  return LAW.test(after) || LAW.test(before);
}

/** What of the words before belongs to the same sentence. */
function beginning(before: string): string {
  return before.split(/[.!?]\s+/).at(-1) ?? "";
}

/** What of the words behind does. */
function ending(behind: string): string {
  const at = behind.search(/[.!?](?:\s|$)/);
  return at < 0 ? behind : behind.slice(0, at + 1);
}

function faultsOf(reference: Reference, places: Places): Finding[] {
  const { number, line } = reference;
  const target = places.section(number);
  const finding = { line, severity: "error", rule: "cross-reference" } as const;
  const topics = topicsOf(reference);
  const meant = topics.map(places.placeOf).find((section) => section !== undefined);
  const write = meant === undefined ? "Name a section that exists." : `Write “Section ${meant.number}”.`;
  if (target === undefined) {
    return [{ ...finding, reason: `There is no section ${number}.`, suggestion: write }];
  }
  const [nearest] = topics;
  if (nearest === undefined || topics.some((topic) => places.isAbout(topic, target))) return [];
  const right = places.placeOf(nearest);
  if (right === undefined) return [];
  return [
    {
      ...finding,
      reason: `Section ${number} is “${target.title}”; ${nearest.name} ${nearest.name.startsWith("how") ? "is" : "are"} in section ${right.number}.`,
      suggestion: `Write “Section ${right.number}”.`,
    },
  ];
}

/** What the sentence sends people there for: the word nearest before the reference first. */
function topicsOf({ sentence, at }: Reference): Topic[] {
  return TOPICS.flatMap((topic) => {
    const places = [...sentence.matchAll(topic.asked)].map((match) => match.index);
    const distances = places.map((place) => (place < at ? at - place : 1000 + place - at));
    return places.length === 0 ? [] : [{ topic, distance: Math.min(...distances) }];
  })
    .sort((a, b) => a.distance - b.distance)
    .map(({ topic }) => topic);
}

/** What is where in a text; each question is worked out once. */
interface Places {
  section(number: string): Section | undefined;
  isAbout(topic: Topic, section: Section): boolean;
  /** The numbered section that has it: by its title, else by its words. */
  placeOf(topic: Topic): Section | undefined;
}

function placesIn(text: LintText): Places {
  const numbered = text.sections.filter((section) => section.number !== null);
  const byNumber = new Map(numbered.toReversed().map((section) => [section.number, section]));
  const about = new Map<Topic, Map<Section, boolean>>(TOPICS.map((topic) => [topic, new Map()]));
  const places = new Map<Topic, Section | undefined>();
  const isAbout = (topic: Topic, section: Section): boolean => {
    const known = about.get(topic)?.get(section);
    if (known !== undefined) return known;
    const found = topic.title.test(section.title) || topic.words.test(wordsUnder(text, section));
    about.get(topic)?.set(section, found);
    return found;
  };
  const placeOf = (topic: Topic): Section | undefined => {
    if (!places.has(topic)) {
      const titled = numbered.find((section) => topic.title.test(section.title));
      const candidates = numbered.slice(0, MAX_REFERENCES);
      places.set(topic, titled ?? candidates.find((section) => isAbout(topic, section)));
    }
    return places.get(topic);
  };
  return { section: (number) => byNumber.get(number), isAbout, placeOf };
}

function brokenAnchors({ passages, sections }: LintText): Finding[] {
  // As a browser finds them: by the anchor as it is written in an address.
  const known = new Set(sections.map((section) => `#${encodeURI(section.id)}`));
  const names = sections.slice(0, 30).map((section) => `#${section.id}`);
  return passages
    .flatMap((passage) => passage.links)
    .filter(({ href }) => href.startsWith("#") && !known.has(href))
    .map(({ href, line }) => ({
      line,
      severity: "error",
      rule: "cross-reference",
      reason: `No heading has the anchor ${href}.`,
      suggestion: `Anchors here are: ${names.join(", ")}.`,
    }));
}
