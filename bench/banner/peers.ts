import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildBanner } from "../../consent-banner/build.ts";
import { insertConfiguration, type Texts } from "../../consent-banner/configuration.ts";
import { demoNotice } from "../../consent-banner/demo-notice.ts";

/** A consent banner as its own guide tells a site to embed it, with the same four categories and words. */
export interface Contender {
  readonly name: string;
  /** What it adds to `<head>`; `HOST` is where its files are. */
  readonly head: string;
  /** Its markup for an inline script that waits for analytics. */
  gated(code: string): string;
  /** CSS selectors through shadow roots (`>>>`): what is seen when it asks, and its button for all. */
  readonly shown: string;
  readonly accept: string;
  /** Body of each file by path on the host. */
  readonly files: Readonly<Record<string, () => string>>;
}

/** The releases that are measured, by the registry's own checksum. Nothing of them is in the project. */
const RELEASES = {
  klaro: [
    "0.7.22",
    "NkaFxS4S8160/zH1UQzCSYIIsAtwIDHIkJ7xofCrgRqk14OSY+OJuwCjYyW+q5fmIeF4RvsuBH6brPe2BS9Z0A==",
  ],
  orejime: [
    "3.2.1",
    "jAEjX6Rzn8W6D+vkoFhJUXECzpLtGUXQJ9yj9PhEkDo/7ZeK2uGjAfXxdQRI4IWPvIL+jVPxgm5Dsi5Rv+8qMw==",
  ],
  "vanilla-cookieconsent": [
    "3.1.0",
    "/McNRtm/3IXzb9dhqMIcbquoU45SzbN2VB+To4jxEPqMmp7uVniP6BhGLjU8MC7ZCDsNQVOp27fhQTM/ruIXAA==",
  ],
  tarteaucitronjs: [
    "1.34.0",
    "PEzKEjOLC06zCWSZB1RuQkSlzbDYXSKohv0XD7BMjgfE/M+LhiWLTdNAj47VW9xcVsuQCSvLpR/gqkripHaU6g==",
  ],
} as const;

const texts = english();
const { heading, body, accept, reject, choose, policy, save } = texts;
const purposes = demoNotice.categories.map(({ id }) => ({ id, ...texts.purposes[id] }));
const inline = (code: string) => `<script>${code}</script>`;

function english(): Texts {
  const { en } = demoNotice.texts;
  if (en === undefined) throw new Error("the demo has no English texts");
  return en;
}

/** Ours and the four peers; the first time, npm brings the peers' packages. */
export async function contenders(): Promise<readonly Contender[]> {
  const file = fromPackages(Object.keys(RELEASES) as (keyof typeof RELEASES)[]);
  return [
    await ours("ours", "<script async src=HOST/c/site_demo.js></script>"),
    await ours("ours, not async", "<script src=HOST/c/site_demo.js></script>"),
    {
      name: "vanilla-cookieconsent",
      head: `<link rel=stylesheet href=HOST/cc/cookieconsent.css><script defer src=HOST/cc/cookieconsent.umd.js></script><script>addEventListener("DOMContentLoaded",()=>CookieConsent.run(${JSON.stringify(
        {
          // It takes a driven browser for a robot otherwise.
          hideFromBots: false,
          guiOptions: { consentModal: { layout: "box", position: "bottom left" } },
          categories: Object.fromEntries(
            purposes.map(({ id }) => [id, id === "necessary" ? { enabled: true, readOnly: true } : {}]),
          ),
          language: {
            default: "en",
            translations: {
              en: {
                consentModal: {
                  title: heading,
                  description: body,
                  acceptAllBtn: accept,
                  acceptNecessaryBtn: reject,
                  showPreferencesBtn: choose,
                  footer: `<a href="/privacy">${policy}</a>`,
                },
                preferencesModal: {
                  title: texts.choices_heading,
                  acceptAllBtn: accept,
                  acceptNecessaryBtn: reject,
                  savePreferencesBtn: save,
                  sections: purposes.map(({ id, title, text }) => ({
                    title,
                    description: text,
                    linkedCategory: id,
                  })),
                },
              },
            },
          },
        },
      )}))</script>`,
      gated: (code) => `<script type="text/plain" data-category="analytics">${code}</script>`,
      shown: "#cc-main .cm",
      accept: "#cc-main [data-role=all]",
      files: {
        "/cc/cookieconsent.css": file("vanilla-cookieconsent", "dist/cookieconsent.css"),
        "/cc/cookieconsent.umd.js": file("vanilla-cookieconsent", "dist/cookieconsent.umd.js"),
      },
    },
    {
      name: "orejime",
      head: `${inline(
        `window.orejimeConfig=${JSON.stringify({
          privacyPolicyUrl: "/privacy",
          purposes: purposes.map(({ id, title, text }) => ({
            id,
            title,
            description: text,
            cookies: [],
            isMandatory: id === "necessary",
          })),
          translations: {
            banner: { title: heading, description: body, accept, decline: reject, configure: choose },
          },
        })}`,
      )}<link rel=stylesheet href=HOST/orejime/orejime-standard.css><script defer src=HOST/orejime/orejime-standard-en.js></script>`,
      gated: (code) => `<template data-purpose="analytics">${inline(code)}</template>`,
      shown: ".orejime-Banner",
      accept: ".orejime-Banner-saveButton",
      files: {
        "/orejime/orejime-standard.css": file("orejime", "dist/orejime-standard.css"),
        "/orejime/orejime-standard-en.js": file("orejime", "dist/orejime-standard-en.js"),
      },
    },
    {
      name: "klaro",
      head: `${inline(
        `window.klaroConfig=${JSON.stringify({
          version: 1,
          acceptAll: true,
          privacyPolicy: "/privacy",
          translations: {
            en: {
              consentNotice: { description: body, learnMore: choose },
              ok: accept,
              acceptAll: accept,
              decline: reject,
              purposes: Object.fromEntries(
                purposes.map(({ id, title, text }) => [id, { title, description: text }]),
              ),
            },
          },
          services: purposes.map(({ id, title }) => ({
            name: id,
            title,
            purposes: [id],
            required: id === "necessary",
          })),
        })}`,
      )}<script defer src=HOST/klaro/klaro.js></script>`,
      gated: (code) =>
        `<script type="text/plain" data-type="text/javascript" data-name="analytics">${code}</script>`,
      shown: ".klaro .cookie-notice",
      accept: ".klaro .cm-btn-success",
      files: { "/klaro/klaro.js": file("klaro", "dist/klaro.js") },
    },
    {
      name: "tarteaucitron",
      head: `<script src=HOST/tac/tarteaucitron.min.js></script>${inline(
        `tarteaucitronForceLanguage="en";tarteaucitronCustomText=${JSON.stringify({
          alertBigPrivacy: body,
          acceptAll: accept,
          denyAll: reject,
          personalize: choose,
        })};tarteaucitron.init(${JSON.stringify({
          privacyUrl: "/privacy",
          bodyPosition: "bottom",
          orientation: "bottom",
          showAlertSmall: false,
          showIcon: false,
          DenyAllCta: true,
          AcceptAllCta: true,
          highPrivacy: true,
          removeCredit: true,
          googleConsentMode: true,
          useExternalCss: false,
          useExternalJs: false,
        })});addEventListener("tac.root_available",()=>{for(const[key,type]of[["preferences","support"],["analytics","analytic"],["marketing","ads"]]){tarteaucitron.services[key]={key,type,name:key,needConsent:true,cookies:[],js(){document.querySelectorAll("script[data-tac="+key+"]").forEach(s=>{const t=document.createElement("script");t.text=s.text;s.replaceWith(t)})},fallback(){}};(tarteaucitron.job=tarteaucitron.job||[]).push(key)}})`,
      )}`,
      gated: (code) => `<script type="text/plain" data-tac="analytics">${code}</script>`,
      shown: "#tarteaucitronAlertBig",
      accept: "#tarteaucitronPersonalize2",
      files: {
        "/tac/tarteaucitron.min.js": file("tarteaucitronjs", "tarteaucitron.min.js"),
        "/tac/tarteaucitron.services.min.js": file("tarteaucitronjs", "tarteaucitron.services.min.js"),
        "/tac/lang/tarteaucitron.en.min.js": file("tarteaucitronjs", "lang/tarteaucitron.en.min.js"),
        "/tac/css/tarteaucitron.min.css": file("tarteaucitronjs", "css/tarteaucitron.min.css"),
      },
    },
  ];
}

async function ours(name: string, head: string): Promise<Contender> {
  const { code } = await buildBanner();
  const configuration = {
    site: "site_demo",
    policy_version: "2025-10-26",
    notice_hash: "9d5c1e0bb7a24f63c8e9d1720f3a6b84517ce2d90ab1f4e36c7825d9e0f1a3b6",
    notice: demoNotice,
  };
  const tag = insertConfiguration(code, configuration, "en");
  return {
    name,
    head,
    gated: (code) => `<script type="text/plain" data-category="analytics">${code}</script>`,
    shown: "c360-consent>>>.card",
    accept: "c360-consent>>>[data-c360-action=accept]",
    files: { "/c/site_demo.js": () => tag },
  };
}

/** Reads files of released packages, from a folder of the machine's temporary ones. */
function fromPackages(names: readonly (keyof typeof RELEASES)[]) {
  const folder = join(tmpdir(), "callers360-banner-peers");
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const [version, checksum] = RELEASES[name];
    const packed = join(folder, `${name}-${version}.tgz`);
    if (!existsSync(packed))
      execFileSync("npm", ["pack", "--silent", "--pack-destination", folder, `${name}@${version}`]);
    const found = createHash("sha512").update(readFileSync(packed)).digest("base64");
    if (found !== checksum) throw new Error(`${packed} is not the release that this bench knows`);
    mkdirSync(join(folder, name), { recursive: true });
    execFileSync("tar", ["-xzf", packed, "-C", join(folder, name), "--strip-components=1"]);
  }
  return (name: keyof typeof RELEASES, path: string) => () => readFileSync(join(folder, name, path), "utf8");
}
