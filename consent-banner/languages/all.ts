import { bengali } from "./bn.ts";
import { german } from "./de.ts";
import { english } from "./en.ts";
import { spanish } from "./es.ts";
import { french } from "./fr.ts";
import { gujarati } from "./gu.ts";
import { hindi } from "./hi.ts";
import { italian } from "./it.ts";
import type { Language } from "./language.ts";
import { marathi } from "./mr.ts";
import { nepali } from "./ne.ts";
import { dutch } from "./nl.ts";
import { punjabi } from "./pa.ts";
import { polish } from "./pl.ts";
import { portuguese } from "./pt.ts";
import { urdu } from "./ur.ts";

/** Every language that the banner brings words for, English first. */
export const LANGUAGES: readonly Language[] = [
  { tag: "en", name: "English", texts: english, drafts: [] },
  hindi,
  marathi,
  urdu,
  german,
  french,
  spanish,
  italian,
  portuguese,
  dutch,
  polish,
  bengali,
  gujarati,
  punjabi,
  nepali,
];
