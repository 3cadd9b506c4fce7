import { mkdirSync, rmSync } from "node:fs";
import type { DatabaseAddress } from "../db/client.ts";
import type { Secrets } from "./credentials.ts";
import { ORG_DATABASES } from "./org-databases.ts";
import { type Child, startDatabase, startMail, startWorker } from "./processes.ts";
import { DEMO } from "./seed.ts";

/** Where one local edge lives: its folder, ports and secrets. The same place can be started again and again. */
export interface Place {
  /** Path of a file in the data folder. */
  file(name: string): string;
  readonly port: number;
  readonly databasePort: number;
  readonly publicHost: string;
  readonly rateLimits: boolean;
  /** Webhooks may reach 127.0.0.1. */
  readonly outboundLocal?: boolean;
  /** Where mail goes, as `smtp://127.0.0.1:2525`; unless told it stays in the outbox. */
  readonly mailUrl?: string;
  /** Letters a minute to one domain; locally no domain is anybody's. */
  readonly mailDomainRate?: number;
  /** Certificates (PEM) of authorities that mail and webhooks trust beside the usual ones. */
  readonly trusted?: readonly string[];
  readonly secrets: Secrets;
}

export function urlOf(place: Place): string {
  return `http://127.0.0.1:${place.port}`;
}

export function databaseOf(place: Place): DatabaseAddress {
  return { url: `http://127.0.0.1:${place.databasePort}`, token: place.secrets.database };
}

export function cronSocketOf(place: Place): string {
  return place.file("cron.sock");
}

/** Starts the local database server of this place; ready when this resolves. */
export function bringUpDatabase(place: Place): Promise<Child> {
  return startDatabase({
    port: place.databasePort,
    file: place.file("edge.db"),
    token: place.secrets.database,
  });
}

/** Starts the mail server of this place, with the page on which its mail is read; ready when this resolves. */
export function bringUpMail(place: Place, ports: { smtp: number; http: number }): Promise<Child> {
  return startMail({ ...ports, folder: place.file("mail") });
}

/**
 * Starts the built worker of this place; ready when this resolves.
 * @param databaseUrl another address in front of the database, for tests that stand between
 */
export function bringUpWorker(place: Place, databaseUrl = databaseOf(place).url): Promise<Child> {
  const objects = place.file("objects");
  mkdirSync(objects, { recursive: true });
  rmSync(cronSocketOf(place), { force: true });
  return startWorker({
    configFile: place.file("workerd.capnp"),
    objects,
    port: place.port,
    cronSocket: cronSocketOf(place),
    trusted: place.trusted ?? [],
    settings: {
      PUBLIC_HOST: place.publicHost,
      LOCAL_URL: urlOf(place),
      OPERATOR_ORG: DEMO.org,
      DATABASE_URL: databaseUrl,
      ORG_DATABASES: ORG_DATABASES,
      RATE_LIMITS: place.rateLimits ? "on" : "off",
      OUTBOUND_LOCAL: place.outboundLocal === true ? "on" : "off",
      ...(place.mailUrl === undefined
        ? {}
        : {
            MAIL_URL: place.mailUrl,
            MAIL_FROM: `Callers360 <notices@${place.publicHost}>`,
            MAIL_DOMAIN_RATE: String(place.mailDomainRate ?? 60_000),
          }),
    },
    secrets: {
      AUTH_SECRET: place.secrets.auth,
      LEDGER_SECRET: place.secrets.ledger,
      DATABASE_TOKEN: place.secrets.database,
      ORG_DATABASES_TOKEN: place.secrets.database,
    },
  });
}
