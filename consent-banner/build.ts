/// <reference types="node" />
import { createHash } from "node:crypto";
import { build, minifySync, parseAst } from "vite";
import { CONFIGURATION_PLACEHOLDER, insertConfiguration } from "./configuration.ts";

const HERE = new URL(".", import.meta.url).pathname;

export interface BuiltBanner {
  /** One classic script with `CONFIGURATION_PLACEHOLDER` in it once: see `insertConfiguration`. */
  readonly code: string;
  /** Names `/c/{site}/{hash}.js`: SHA-256, first 32 hex digits, of the code with `null` inserted. */
  readonly hash: string;
  /**
   * ES modules that it loads on demand from `/c/{site}/{hash}.js`, by the first 32 hex digits of their
   * bytes' SHA-256.
   */
  readonly modules: Readonly<Record<string, string>>;
  /** Which of the modules is the second layer. */
  readonly secondHash: string;
}

/** Compiles the banner in memory: ES2022 (constructed style sheets are younger), minified, nothing that a strict CSP forbids. */
export async function buildBanner(): Promise<BuiltBanner> {
  const challenge = await compile("challenge.ts", "es", {});
  const aftercare = await compile("aftercare.ts", "es", {
    __C360_CHALLENGE__: JSON.stringify(hashOf(challenge)),
  });
  const record = await compile("receipt.ts", "es", {});
  const secondLayer = await compile("second-layer.ts", "es", {
    __C360_RECORD__: JSON.stringify(hashOf(record)),
  });
  const secondHash = hashOf(secondLayer);
  const code = await compile("main.ts", "iife", {
    __C360_SECOND_LAYER__: JSON.stringify(secondHash),
    __C360_AFTERCARE__: JSON.stringify(hashOf(aftercare)),
  });
  if (code.split(CONFIGURATION_PLACEHOLDER).length !== 2)
    throw new Error("the compiled banner must have exactly one place for its configuration");
  const modules = Object.fromEntries(
    [secondLayer, aftercare, record, challenge].map((module) => [hashOf(module), module]),
  );
  return { code, hash: hashOf(insertConfiguration(code, null)), modules, secondHash };
}

async function compile(
  entry: string,
  format: "es" | "iife",
  define: Record<string, string>,
): Promise<string> {
  const built = await build({
    root: HERE,
    configFile: false,
    logLevel: "warn",
    define,
    build: {
      write: false,
      target: "es2022",
      // Nothing is written that older ones need rewritten; with them, it only grows.
      cssTarget: ["chrome123", "firefox120", "safari17.5"],
      minify: true,
      modulePreload: false,
      lib: { entry: `${HERE}${entry}`, formats: [format], name: "c360banner", fileName: "banner" },
    },
  });
  const output = Array.isArray(built) ? built[0] : built;
  if (output === undefined || !("output" in output)) throw new Error(`${entry} was not built`);
  const [chunk] = output.output;
  if (output.output.length !== 1) throw new Error(`${entry} must compile to one file`);
  // Vite leaves the white space of library modules, for bundlers that are not there here.
  return inQuotes(withShortNames(minifySync(entry, chunk.code, { module: format === "es" }).code));
}

/**
 * Properties that only the banner's own files speak of, with each other: neither the browser, the page, the
 * published configuration nor the ledger has one of these names. Each becomes one letter,
 * in an order that compresses well.
 */
const OWN_NAMES = [
  "stay",
  "speech",
  "notCleared",
  "refresh",
  "despiteSignal",
  "identity",
  "kit",
  "current",
  "languageMenu",
  "shown",
  "configuration",
  "wanted",
  "state",
  "request",
  "element",
  "pick",
  "sheets",
  "resume",
  "choices",
  "announce",
  "delivery",
  "rest",
  "published",
  "send",
];
const LETTERS = "abcdefgijklmnopqrstuvwyz";

/** @throws Error where a letter is taken already */
function withShortNames(code: string): string {
  let renamed = "";
  let at = 0;
  for (const { start, end, name, shorthand } of propertiesOf(parseAst(code))) {
    if (name.length === 1 && LETTERS.includes(name)) throw new Error(`the property ${name} has its letter`);
    const letter = LETTERS[OWN_NAMES.indexOf(name)];
    if (letter === undefined) continue;
    renamed += code.slice(at, start) + letter + (shorthand ? `:${name}` : "");
    at = end;
  }
  return renamed + code.slice(at);
}

interface NamedProperty {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  /** `{ name }`, which names a variable too. */
  readonly shorthand: boolean;
}

/** Names of properties, read, written or taken apart, in the order of the code. */
function* propertiesOf(node: unknown): Generator<NamedProperty> {
  if (typeof node !== "object" || node === null) return;
  if (isNode(node, "Property") && !node.computed && isNode(node.key, "Identifier")) {
    yield { ...node.key, shorthand: node.shorthand };
    if (!node.shorthand) yield* propertiesOf(node.value);
  } else if (isNode(node, "MemberExpression") && !node.computed && isNode(node.property, "Identifier")) {
    yield* propertiesOf(node.object);
    yield { ...node.property, shorthand: false };
  } else for (const child of Object.values(node)) yield* propertiesOf(child);
}

/** Quotes instead of backticks: shorter once compressed, beside a configuration full of them. */
function inQuotes(code: string): string {
  let quoted = "";
  let at = 0;
  for (const { start, end } of plainTemplates(parseAst(code))) {
    const text = code.slice(start + 1, end - 1);
    if (/["\\\n]/.test(text)) continue;
    quoted += `${code.slice(at, start)}"${text}"`;
    at = end;
  }
  return quoted + code.slice(at);
}

/** Template literals without anything to fill in, in the order of the code. */
function* plainTemplates(node: unknown): Generator<{ start: number; end: number }> {
  if (typeof node !== "object" || node === null) return;
  if (isNode(node, "TaggedTemplateExpression")) return;
  if (isNode(node, "TemplateLiteral") && node.expressions.length === 0) yield node;
  else for (const child of Object.values(node)) yield* plainTemplates(child);
}

/** What is read of the nodes of ESTree. */
interface NodeKinds {
  Identifier: { name: string };
  MemberExpression: { computed: boolean; object: unknown; property: unknown };
  Property: { computed: boolean; shorthand: boolean; key: unknown; value: unknown };
  TaggedTemplateExpression: object;
  TemplateLiteral: { expressions: unknown[] };
}

function isNode<K extends keyof NodeKinds>(
  node: unknown,
  type: K,
): node is NodeKinds[K] & { start: number; end: number } {
  return typeof node === "object" && node !== null && "type" in node && node.type === type;
}

const hashOf = (code: string) => createHash("sha256").update(code).digest("hex").slice(0, 32);
