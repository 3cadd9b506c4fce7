/** What an organisation's owner and the checks from outside need to reach it. */
export interface OrganisationAccess {
  readonly org: string;
  readonly site: string;
  readonly log: string;
  readonly vkey: string;
  readonly keys: { readonly ingest: string; readonly read: string; readonly manage: string };
  readonly admin: { readonly email: string; readonly password: string };
}

/** `start.json`: written once every address answers, removed at each start. */
export interface StartFile extends OrganisationAccess {
  readonly url: string;
  readonly site_origins: readonly string[];
  readonly second: OrganisationAccess;
  /** Paths under `url`; the inbox, where mail of this start is read, is an address of its own. */
  readonly pages: {
    readonly dashboard: "/";
    readonly demo_site: "/demo/";
    readonly policy: "/privacy";
    readonly inbox: string;
  };
  readonly pids: { readonly worker: number; readonly db: number; readonly mail: number };
}

/** The same for a person's eyes. */
export function forPeople(start: StartFile, dataFolder: string): string {
  return `
  Callers360 Edge is running.

    Dashboard   ${start.url}${start.pages.dashboard}
                sign in as ${start.admin.email} with ${start.admin.password}
    Demo site   ${start.url.replace("127.0.0.1", "localhost")}${start.pages.demo_site}
    Policy      ${start.url}${start.pages.policy}
    Mail        ${start.pages.inbox}
    API         ${start.url}/docs
    Log         ${start.url}/log/${start.log}/checkpoint
                ${start.vkey}

    Keys and pids are in ${dataFolder}/start.json. Ctrl-C ends everything.
`;
}
