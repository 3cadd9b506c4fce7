/** The frame's own words, in the languages that there are. Names, dates and reasons are put in as they come. */
export interface Words {
  readonly language: string;
  changesOn(title: string, date: string, owner: string): string;
  cancelled(title: string, date: string, owner: string): string;
  intro(title: string, version: string, date: string): string;
  readonly untilThen: string;
  readonly why: string;
  readonly nothingToDo: string;
  readonly whatChanges: string;
  readonly firstVersion: string;
  readonly marks: string;
  readonly wholeText: string;
  readonly difference: string;
  readonly history: string;
  cancelledIntro(title: string, version: string, date: string): string;
  readonly staysAsItIs: string;
  asMember(owner: string): string;
  asSubscriber(owner: string): string;
  readonly leave: string;
  readonly checkpoint: string;
}

const en: Words = {
  language: "en",
  changesOn: (title, date, owner) => `${title} of ${owner} changes on ${date}`,
  cancelled: (title, date, owner) => `${title} of ${owner}: the change of ${date} is called off`,
  intro: (title, version, date) => `Version ${version} of the ${title} takes effect on ${date}.`,
  untilThen: "Until then the present version holds.",
  why: "Why",
  nothingToDo: "This is a notice. It asks for no consent, and not answering it is none.",
  whatChanges: "What changes",
  firstVersion: "It is the first version: there is none before it to compare it with.",
  marks: "In this letter, removed words are struck through and added words are underlined.",
  wholeText: "The whole text",
  difference: "The change as a page",
  history: "All versions",
  cancelledIntro: (title, version, date) =>
    `We told you that version ${version} of the ${title} would take effect on ${date}. It will not: it is called off.`,
  staysAsItIs: "The version in force now stays in force.",
  asMember: (owner) => `You get this because you have an account with ${owner}. It is not advertising.`,
  asSubscriber: (owner) =>
    `You get this because you asked to be told when a policy of ${owner} changes. It is not advertising.`,
  leave: "Do not tell me any more",
  checkpoint:
    "The public log's newest checkpoint when this was sent. Whoever compares it sees whether all were told the same:",
};

const hi: Words = {
  language: "hi",
  changesOn: (title, date, owner) => `${owner}: ${title} ${date} से बदल रही है`,
  cancelled: (title, date, owner) => `${owner}: ${title} में ${date} का बदलाव रद्द`,
  intro: (title, version, date) => `${title} का संस्करण ${version} ${date} से लागू होगा।`,
  untilThen: "तब तक वर्तमान संस्करण लागू रहेगा।",
  why: "कारण",
  nothingToDo: "यह केवल सूचना है। इसमें सहमति नहीं माँगी गई है, और उत्तर न देना सहमति नहीं है।",
  whatChanges: "क्या बदल रहा है",
  firstVersion: "यह पहला संस्करण है: तुलना के लिए इससे पहले का कोई संस्करण नहीं है।",
  marks: "इस पत्र में हटाए गए शब्द कटे हुए हैं और जोड़े गए शब्द रेखांकित हैं।",
  wholeText: "पूरा पाठ",
  difference: "बदलाव का पृष्ठ",
  history: "सभी संस्करण",
  cancelledIntro: (title, version, date) =>
    `हमने बताया था कि ${title} का संस्करण ${version} ${date} से लागू होगा। अब ऐसा नहीं होगा: वह रद्द है।`,
  staysAsItIs: "अभी लागू संस्करण लागू रहेगा।",
  asMember: (owner) => `यह पत्र आपको इसलिए मिला है क्योंकि ${owner} में आपका खाता है। यह विज्ञापन नहीं है।`,
  asSubscriber: (owner) =>
    `यह पत्र आपको इसलिए मिला है क्योंकि आपने ${owner} की नीति बदलने पर सूचना माँगी थी। यह विज्ञापन नहीं है।`,
  leave: "मुझे आगे न बताएँ",
  checkpoint: "भेजते समय सार्वजनिक लॉग का नवीनतम चेकपॉइंट:",
};

/** The words in a language, or in English where there are none. @param language BCP 47 */
export function wordsIn(language: string): Words {
  return language.toLowerCase().split("-")[0] === "hi" ? hi : en;
}
