import { readdirSync, readFileSync } from "node:fs";
import { relative } from "node:path";

/** What the worker needs beside its code; secrets come from the environment, not from this file. */
export interface WorkerdOptions {
  /** Folder that the configuration is written to: what it embeds is named from there. */
  readonly configFolder: string;
  readonly dist: string;
  /** Folder that keeps the Durable Objects' own storage. */
  readonly objects: string;
  readonly port: number;
  /** Unix socket on which the start rings the cron trigger. */
  readonly cronSocket: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  /** Certificates (PEM) of authorities that outgoing TLS trusts beside the usual ones. */
  readonly trusted?: readonly string[];
}

/** Same date and objects as in production: read from `wrangler.toml`, so that they cannot differ. */
interface Deployment {
  readonly compatibilityDate: string;
  readonly objects: readonly { binding: string; className: string }[];
}

/**
 * Configuration of plain workerd for the built worker: the same modules as in production, with two
 * companions that stand for what the platform does around it: static files and the cron trigger.
 */
export function workerdConfig(options: WorkerdOptions): string {
  const { compatibilityDate, objects } = readDeployment();
  const embed = (name: string) => `embed ${text(relative(options.configFolder, `${options.dist}/${name}`))}`;
  const modules = readdirSync(`${options.dist}/worker`, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".js"))
    .sort((a, b) => Number(b === "index.js") - Number(a === "index.js") || a.localeCompare(b))
    .map((name) => `(name = ${text(name)}, esModule = ${embed(`worker/${name}`)})`);
  const bindings = [
    `(name = "ASSETS", service = "assets")`,
    ...objects.map((o) => `(name = ${text(o.binding)}, durableObjectNamespace = ${text(o.className)})`),
    ...Object.entries(options.settings).map(
      ([name, value]) => `(name = ${text(name)}, text = ${text(value)})`,
    ),
    ...options.secrets.map((name) => `(name = ${text(name)}, fromEnvironment = ${text(name)})`),
  ];
  const namespaces = objects.map(
    (o) => `(className = ${text(o.className)}, uniqueKey = ${text(o.className)}, enableSql = true)`,
  );
  const companion = (name: string, more: string) =>
    `(name = ${text(name)}, worker = (compatibilityDate = ${text(compatibilityDate)}, ${more},
      modules = [(name = "index.js", esModule = ${embed(`local/${name}-worker.js`)})]))`;
  const trusted = (options.trusted ?? []).map(text).join(", ");
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "edge", worker = (
      compatibilityDate = ${text(compatibilityDate)},
      modules = [${modules.join(",\n        ")}],
      bindings = [${bindings.join(",\n        ")}],
      durableObjectNamespaces = [${namespaces.join(", ")}],
      durableObjectStorage = (localDisk = "objects"))),
    ${companion("assets", `bindings = [(name = "FILES", service = "files")]`)},
    ${companion("cron", `compatibilityFlags = ["service_binding_extra_handlers"], bindings = [(name = "EDGE", service = "edge")]`)},
    (name = "files", disk = (path = ${text(`${options.dist}/public`)})),
    (name = "objects", disk = (path = ${text(options.objects)}, writable = true)),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true, trustedCertificates = [${trusted}])))
  ],
  sockets = [
    (name = "http", address = "127.0.0.1:${options.port}", http = (), service = "edge"),
    (name = "cron", address = ${text(`unix:${options.cronSocket}`)}, http = (), service = "cron")
  ]
);
`;
}

function readDeployment(): Deployment {
  const toml = readFileSync(new URL("../wrangler.toml", import.meta.url).pathname, "utf8");
  const compatibilityDate = /^compatibility_date = "(.+)"$/m.exec(toml)?.[1];
  if (compatibilityDate === undefined) throw new Error("wrangler.toml names no compatibility_date");
  const objects = [...toml.matchAll(/^name = "(.+)"\nclass_name = "(.+)"$/gm)].map(
    ([, binding, className]) => ({
      binding: binding ?? "",
      className: className ?? "",
    }),
  );
  return { compatibilityDate, objects };
}

/** A Cap'n Proto string literal; JSON's escapes are a subset of its own. */
function text(value: string): string {
  return JSON.stringify(value);
}
