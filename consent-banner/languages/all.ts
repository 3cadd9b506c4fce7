import { assamese } from "./as.ts";
import { bengali } from "./bn.ts";
import { bodo } from "./brx.ts";
import { german } from "./de.ts";
import { dogri } from "./doi.ts";
import { english } from "./en.ts";
import { spanish } from "./es.ts";
import { french } from "./fr.ts";
import { gujarati } from "./gu.ts";
import { hindi } from "./hi.ts";
import { italian } from "./it.ts";
import { kannada } from "./kn.ts";
import { konkani } from "./kok.ts";
import { kashmiri } from "./ks.ts";
import type { Language } from "./language.ts";
import { maithili } from "./mai.ts";
import { malayalam } from "./ml.ts";
import { manipuri } from "./mni.ts";
import { marathi } from "./mr.ts";
import { nepali } from "./ne.ts";
import { dutch } from "./nl.ts";
import { odia } from "./or.ts";
import { punjabi } from "./pa.ts";
import { polish } from "./pl.ts";
import { portuguese } from "./pt.ts";
import { sanskrit } from "./sa.ts";
import { santali } from "./sat.ts";
import { sindhi } from "./sd.ts";
import { tamil } from "./ta.ts";
import { telugu } from "./te.ts";
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
  assamese,
  bodo,
  dogri,
  kannada,
  kashmiri,
  konkani,
  maithili,
  malayalam,
  manipuri,
  odia,
  sanskrit,
  santali,
  sindhi,
  tamil,
  telugu,
];
