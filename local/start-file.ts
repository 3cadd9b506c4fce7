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
  readonly pages: { readonly dashboard: "/"; readonly demo_site: "/demo/"; readonly policy: "/privacy" };
  readonly pids: { readonly worker: number; readonly db: number };
}

/** The same for a person's eyes. */
export function forPeople(start: StartFile, dataFolder: string): string {
  return `
  Callers360 Edge is running.

    Dashboard   ${start.url}${start.pages.dashboard}
                sign in as ${start.admin.email} with ${start.admin.password}
    Demo site   ${start.url.replace("127.0.0.1", "localhost")}${start.pages.demo_site}
    Policy      ${start.url}${start.pages.policy}
    API         ${start.url}/docs
    Log         ${start.url}/log/${start.log}/checkpoint
                ${start.vkey}

    Keys and pids are in ${dataFolder}/start.json. Ctrl-C ends everything.
`;
}
