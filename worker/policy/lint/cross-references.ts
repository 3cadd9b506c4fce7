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

/** References that lead nowhere, or to a section that is about something else. */
export function checkCrossReferences(text: LintText): Finding[] {
  return text.passages.flatMap((passage) => [
    ...referencesIn(passage).flatMap((reference) => faultsOf(reference, text)),
    ...brokenAnchors(passage, text),
  ]);
}

interface Reference {
  readonly number: string;
  readonly line: number;
  /** The sentence around it, and where in it the reference stands. */
  readonly sentence: string;
  readonly at: number;
}

function referencesIn(passage: Passage): Reference[] {
  if (passage.kind === "heading") return [];
  return [...passage.text.matchAll(REFERENCE)].flatMap((match) => {
    const end = match.index + match[0].length;
    const start = sentenceStart(passage.text, match.index);
    const sentence = passage.text.slice(start, sentenceEnd(passage.text, end));
    const at = match.index - start;
    if (ofALaw(sentence, at, at + match[0].length)) return [];
    return (match[1] ?? "").split(/[^\d.]+/).map((number) => ({
      number: number.replace(/\.$/, ""),
      line: lineAt(passage, match.index),
      sentence,
      at,
    }));
  });
}

/** “section 8 of the DPDP Act”, “the Act, section 8”. */
function ofALaw(sentence: string, from: number, to: number): boolean {
  const after = /^\s*(?:of|in|under)\s+(?!this\b|our\b)(.{0,80})/s.exec(sentence.slice(to))?.[1] ?? "";
  const before = /.{0,40}[,:(]\s*$/s.exec(sentence.slice(0, from))?.[0] ?? "";
  return LAW.test(after) || LAW.test(before);
}

function sentenceStart(text: string, index: number): number {
  const ends = [...text.slice(0, index).matchAll(/[.!?]\s+/g)].at(-1);
  return ends === undefined ? 0 : ends.index + ends[0].length;
}

function sentenceEnd(text: string, index: number): number {
  const at = text.slice(index).search(/[.!?](?:\s|$)/);
  return at < 0 ? text.length : index + at + 1;
}

function faultsOf(reference: Reference, text: LintText): Finding[] {
  const { number, line } = reference;
  const target = text.sections.find((section) => section.number === number);
  const finding = { line, severity: "error", rule: "cross-reference" } as const;
  const topics = topicsOf(reference);
  const meant = topics.map((topic) => placeOf(topic, text)).find((section) => section !== undefined);
  const write = meant === undefined ? "Name a section that exists." : `Write “Section ${meant.number}”.`;
  if (target === undefined) {
    return [{ ...finding, reason: `There is no section ${number}.`, suggestion: write }];
  }
  const [nearest] = topics;
  if (nearest === undefined || topics.some((topic) => isAbout(topic, target, text))) return [];
  const right = placeOf(nearest, text);
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

function isAbout(topic: Topic, section: Section, text: LintText): boolean {
  return topic.title.test(section.title) || topic.words.test(wordsUnder(text, section));
}

/** The numbered section that has it: by its title, else by its words. */
function placeOf(topic: Topic, text: LintText): Section | undefined {
  const numbered = text.sections.filter((section) => section.number !== null);
  return (
    numbered.find((section) => topic.title.test(section.title)) ??
    numbered.find((section) => topic.words.test(wordsUnder(text, section)))
  );
}

function brokenAnchors(passage: Passage, text: LintText): Finding[] {
  const known = new Set(text.sections.map((section) => section.id));
  return passage.links
    .filter(({ href }) => href.startsWith("#") && !known.has(decodeURIComponent(href.slice(1))))
    .map(({ href, line }) => ({
      line,
      severity: "error",
      rule: "cross-reference",
      reason: `No heading has the anchor ${href}.`,
      suggestion: `Anchors here are: ${[...known].map((id) => `#${id}`).join(", ")}.`,
    }));
}
