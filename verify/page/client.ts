import { Refused } from "../../worker/ledger/refused.ts";
import { type Opening, verifyReceipt } from "../../worker/ledger/verify-receipt.ts";
import { Misuse } from "../misuse.ts";
import { readOpening } from "../opening-file.ts";
import { refusal, type Wording, wordsFor } from "./verdict.ts";

/** The browser's end of the verify page: reads the chosen or dropped file and says what it proves. */

/** A receipt has a few kilobytes; more is not one, and would only freeze the page. */
const MAX_BYTES = 1_000_000;

const receipt = element("receipt", HTMLInputElement);
const answer = element("answer", HTMLInputElement);
const vkey = element("vkey", HTMLTextAreaElement);
const drop = element("drop", HTMLElement);
const verdict = element("verdict", HTMLElement);

for (const field of [receipt, answer, vkey]) field.addEventListener("change", () => void check());
element("check", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.dataset.over = "";
});
document.addEventListener("dragleave", () => delete drop.dataset.over);
document.addEventListener("drop", (event) => {
  event.preventDefault();
  delete drop.dataset.over;
  const files = event.dataTransfer?.files;
  if (files === undefined || files.length === 0) return;
  receipt.files = files;
  void check();
});

async function check(): Promise<void> {
  const file = receipt.files?.[0];
  if (file === undefined) return say(null);
  say(await verdictOn(file, answer.files?.[0]));
}

async function verdictOn(file: File, answerFile: File | undefined): Promise<Wording> {
  try {
    const opening = answerFile === undefined ? undefined : await openingIn(answerFile);
    const vkeys = vkey.value.split("\n").flatMap((line) => line.trim() || []);
    return wordsFor(await verifyReceipt(await bytesOf(file), vkeys, opening));
  } catch (error) {
    if (error instanceof Refused || error instanceof Misuse) return refusal(error.message);
    if (error instanceof DOMException && error.name === "NotSupportedError") {
      return refusal("This browser cannot check Ed25519 signatures. Use a newer one, or the command line.");
    }
    throw error;
  }
}

async function openingIn(file: File): Promise<Opening> {
  return readOpening(await bytesOf(file), undefined);
}

async function bytesOf(file: File): Promise<Uint8Array> {
  if (file.size > MAX_BYTES) throw new Refused(`${file.name} is far too long for a receipt.`);
  return new Uint8Array(await file.arrayBuffer());
}

function say(words: Wording | null): void {
  verdict.replaceChildren();
  delete verdict.dataset.tone;
  if (words === null) return;
  verdict.dataset.tone = words.tone;
  const heading = document.createElement("h2");
  heading.textContent = words.heading;
  const sentences = words.sentences.map((sentence) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = sentence;
    return paragraph;
  });
  verdict.append(heading, ...sentences);
}

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}
