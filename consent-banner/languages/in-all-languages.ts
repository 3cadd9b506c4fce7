import type { Configuration } from "../configuration.ts";
import { demoConfiguration } from "../journey.ts";
import { LANGUAGES } from "./all.ts";

const services = demoConfiguration.notice.texts.en?.services ?? {};

/** The demo's notice with the banner's own words in every language that it brings, for tests and pictures. */
export const configurationInAllLanguages: Configuration = {
  ...demoConfiguration,
  notice: {
    ...demoConfiguration.notice,
    languages: LANGUAGES.map(({ tag }) => tag),
    texts: Object.fromEntries(LANGUAGES.map(({ tag, texts }) => [tag, { ...texts, services }])),
    drafts: Object.fromEntries(
      LANGUAGES.flatMap(({ tag, drafts }) => (drafts.length > 0 ? [[tag, drafts]] : [])),
    ),
  },
};
