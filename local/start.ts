import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { migrateEverywhere } from "../db/migrate-everywhere.ts";
import { ensureBuilt } from "./built.ts";
import { type Credentials, ensureCredentials, ensureSecrets } from "./credentials.ts";
import { type DataFolder, openDataFolder } from "./data-folder.ts";
import {
  bringUpDatabase,
  bringUpMail,
  bringUpWorker,
  cronSocketOf,
  databaseOf,
  type Place,
  urlOf,
} from "./edge.ts";
import { loadDemo } from "./load-demo.ts";
import { localGroup } from "./org-databases.ts";
import { freePort, holdPort } from "./port.ts";
import { type Child, ringCron, stopAll, watchOver } from "./processes.ts";
import { Refusal } from "./refusal.ts";
import { DEMO, SECOND, seedDirectory } from "./seed.ts";
import { readSettings } from "./settings.ts";
import { forPeople, type StartFile } from "./start-file.ts";

/** `npm start`: builds, starts database and worker, migrates, loads the demo, and stays in the foreground. */

const CRON_MS = 5 * 60_000;
const say = (line: string) => process.stdout.write(`${line}\n`);
const children: Child[] = [];
let ending = false;

try {
  await start();
} catch (error) {
  await stopAll(children);
  process.stderr.write(`${error instanceof Refusal ? error.message : String(error)}\n`);
  process.exit(1);
}

async function start(): Promise<void> {
  const settings = readSettings(process.env, process.argv.slice(2));
  const folder = openDataFolder(resolve(settings.dataFolder));
  const held = await holdPort(settings.port);
  // Only now is it certain that nobody else runs here.
  rmSync(folder.file("start.json"), { force: true });
  rmSync(folder.file("database.json"), { force: true });
  endOnSignals(folder);

  say("Building (only what changed since the last time)");
  await ensureBuilt();
  const secrets = ensureSecrets(folder);
  const credentials = await ensureCredentials(folder);

  const mailPorts = { smtp: await freePort(), http: await freePort() };
  const inbox = `http://127.0.0.1:${mailPorts.http}/inbox/`;
  const place: Place = {
    file: folder.file,
    port: held.port,
    databasePort: await freePort(),
    publicHost: settings.publicHost,
    rateLimits: settings.rateLimits,
    outboundLocal: settings.outboundLocal,
    mailUrl: `smtp://127.0.0.1:${mailPorts.smtp}`,
    secrets,
  };
  const url = urlOf(place);
  const origins = [url, `http://localhost:${place.port}`];

  say("Starting the database and the mail server");
  const database = own(await bringUpDatabase(place));
  const mail = own(await bringUpMail(place, mailPorts));
  // Where the command line finds the database of a running start.
  folder.writeJson("database.json", databaseOf(place));
  for (const one of await migrateEverywhere(databaseOf(place), localGroup(databaseOf(place)))) {
    if ("failed" in one)
      say(`${one.place} does not answer: the calls of its organisations cannot be asked for.`);
    else if (one.ran.length > 0) say(`Migrated: ${one.ran.join(", ")}`);
  }
  await seedDirectory(databaseOf(place), { credentials, origins, publicHost: settings.publicHost });

  say("Starting the worker");
  await held.release();
  const worker = own(await bringUpWorker(place));
  watchOver(children);
  endWithAnyChild(folder);

  await loadDemo(folder, { url, key: credentials.first.keys.ingest, empty: settings.empty, say });
  say("Appending what is published to the logs");
  await ringCron(cronSocketOf(place));
  setInterval(() => {
    ringCron(cronSocketOf(place)).catch((error: unknown) =>
      say(`The periodic work could not be started: ${String(error)}`),
    );
  }, CRON_MS);

  const start = await describeStart({ url, origins, credentials, inbox });
  const file: StartFile = { ...start, pids: { worker: worker.pid, db: database.pid, mail: mail.pid } };
  await everyPageAnswers(file);
  folder.writeJson("start.json", file);
  say(forPeople(file, folder.path));
}

/** From now on this child ends with the start. */
function own(child: Child): Child {
  children.push(child);
  return child;
}

async function describeStart(options: {
  url: string;
  inbox: string;
  origins: readonly string[];
  credentials: Credentials;
}): Promise<Omit<StartFile, "pids">> {
  const { url, inbox, origins, credentials } = options;
  const access = async (one: typeof DEMO | typeof SECOND, { admin, keys }: Credentials["first"]) => ({
    org: one.org,
    site: one.site,
    log: one.log,
    // As the worker says it: a rotation changes it.
    vkey: (await fetch(`${url}/log/${one.log}/vkey`).then((response) => response.text())).trim(),
    keys,
    admin,
  });
  return {
    url,
    ...(await access(DEMO, credentials.first)),
    site_origins: origins,
    second: await access(SECOND, credentials.second),
    pages: { dashboard: "/", demo_site: "/demo/", policy: "/privacy", inbox },
  };
}

async function everyPageAnswers({ url, pages, log }: Omit<StartFile, "pids">): Promise<void> {
  for (const path of [...Object.values(pages), "/sign-in", `/log/${log}/checkpoint`]) {
    const response = await fetch(new URL(path, url), { redirect: "manual" });
    await response.arrayBuffer();
    if (response.status >= 400) throw new Error(`${response.url} answered ${response.status}`);
  }
}

function endOnSignals(folder: DataFolder): void {
  const parent = process.ppid;
  const end = () => void endAll(folder, 0);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  // npm that is killed cannot pass the signal on; then this process has another parent.
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, 1000).unref();
}

function endWithAnyChild(folder: DataFolder): void {
  for (const child of children) {
    void child.ended.then(() => {
      if (ending) return;
      process.stderr.write(
        `${child.name} ended by itself, so everything ends. Its last words:\n${child.lastWords()}\n`,
      );
      void endAll(folder, 1);
    });
  }
}

async function endAll(folder: DataFolder, code: number): Promise<void> {
  if (ending) return;
  ending = true;
  await stopAll([...children].reverse());
  for (const name of ["start.json", "database.json"]) rmSync(folder.file(name), { force: true });
  folder.unlock();
  process.exit(code);
}
