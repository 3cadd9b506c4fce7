/// <reference types="node" />
import { createHash } from "node:crypto";
import { brotliCompressSync, constants } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { type BuiltBanner, buildBanner } from "./build.ts";
import { CONFIGURATION_PLACEHOLDER, insertConfiguration } from "./configuration.ts";
import { demoConfiguration } from "./journey.ts";

const brotli = (text: string) =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;

let banner: BuiltBanner;
beforeAll(async () => {
  banner = await buildBanner();
});

describe("the compiled banner", () => {
  it("shows itself within 6,500 bytes: script, style, configuration and English in one request", () => {
    expect(brotli(insertConfiguration(banner.code, demoConfiguration, "en"))).toBeLessThanOrEqual(6500);
  });

  it("opens its second layer within 4,000 bytes: script, style and the whole notice", () => {
    const bytes = brotli(banner.modules[banner.secondHash] ?? "") + brotli(JSON.stringify(demoConfiguration));
    expect(bytes).toBeLessThanOrEqual(4000);
  });

  it("is the same again, and is named after what is served", async () => {
    expect(await buildBanner()).toEqual(banner);
    const pinned = insertConfiguration(banner.code, null);
    expect(createHash("sha256").update(pinned).digest("hex").startsWith(banner.hash)).toBe(true);
    for (const [name, module] of Object.entries(banner.modules))
      expect(createHash("sha256").update(module).digest("hex").slice(0, 32)).toBe(name);
    expect(pinned).toContain(banner.secondHash);
    expect(pinned).not.toContain(CONFIGURATION_PLACEHOLDER);
  });

  it("puts a site's words in as they are", () => {
    const words = "$& $1 `$x` </script> \u2028";
    const en = {
      ...demoConfiguration.notice.texts.en,
      heading: words,
    } as typeof demoConfiguration.notice.texts.en & object;
    const compiled = insertConfiguration(
      banner.code,
      { ...demoConfiguration, notice: { ...demoConfiguration.notice, texts: { en } } },
      "en",
    );
    expect(compiled).toContain(JSON.stringify(words));
  });

  it("refuses a language that the notice does not have", () => {
    expect(() => insertConfiguration(banner.code, demoConfiguration, "kok")).toThrow(/kok/);
  });
});
