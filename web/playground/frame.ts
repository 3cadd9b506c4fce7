import { type Configuration, inLanguage } from "../../consent-banner/configuration.ts";
import type { C360 } from "../../consent-banner/types/index.d.ts";
import type { Happening, Show } from "./message.ts";
import { answerMedia, type Mode } from "./modes.ts";

/** Our own address: the frame is sandboxed, so its origin is nobody's. */
const HOST = new URL(import.meta.url).origin;

const tell = (happening: Happening) => parent.postMessage(happening, HOST);

addEventListener(
  "message",
  ({ source, origin, data }: MessageEvent<Show>) => {
    if (source !== parent || origin !== HOST) return;
    show(data);
  },
  { once: true },
);
tell({ kind: "ready" });

/** Puts the real tag on this page. A changed setting is another load of the frame. */
function show({ configuration, language, mode, code, integrity }: Show): void {
  document.documentElement.lang = language;
  document.documentElement.dataset.mode = mode;
  answerForTheServer(configuration, language);
  standIn(mode);
  listen();
  const tag = document.createElement("script");
  tag.src = `${HOST}/c/playground/${code}.js`;
  tag.integrity = integrity;
  tag.crossOrigin = "anonymous";
  document.head.append(tag);
}

/** The two requests that the banner makes, answered here; every other goes out. */
function answerForTheServer(configuration: Configuration, language: string): void {
  const goOut = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input, HOST);
    if (pathname === "/c/playground.json") return Response.json(inLanguage(configuration, language));
    if (pathname !== "/api/v1/consent/playground") return goOut(input, init);
    const body: unknown = JSON.parse(typeof init?.body === "string" ? init.body : "null");
    tell({ kind: "choice", body });
    return Response.json({ index: 0, record: body, salt: "" }, { status: 201 });
  };
}

/** Constructed style sheets, the banner's among them, apply as in this mode. */
function standIn(mode: Mode): void {
  const replace = CSSStyleSheet.prototype.replaceSync;
  CSSStyleSheet.prototype.replaceSync = function (this: CSSStyleSheet, css: string) {
    replace.call(this, answerMedia(css, mode));
  };
}

function listen(): void {
  window.c360 = [
    (c360: C360) => {
      for (const type of ["consent", "change", "recorded", "open", "close"] as const)
        c360.on(type, (detail) => tell({ kind: "event", type, detail }));
    },
  ];
}
