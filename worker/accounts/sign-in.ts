import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { APIError } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import { organization } from "better-auth/plugins/organization";
import { DrizzleQueryError } from "drizzle-orm";
import { drizzle } from "drizzle-orm/libsql/web";
import { DatabaseUnavailable } from "../../db/client.ts";
import { openClient } from "../../db/libsql-client.ts";
import * as schema from "../../db/schema.ts";
import type { Settings } from "../env.ts";
import { invalid, Problem, tooManyRequests } from "../http/problem.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import { Turnstile, TurnstileFull } from "./turnstile.ts";

/**
 * Sign-in by e-mail and password with better-auth. This module is large and only ever imported
 * dynamically; every other request checks the session with one statement (`identify.ts`).
 */

/** A signed-in person and the `Set-Cookie` values that go with the answer. */
export interface SignedIn {
  readonly user: { readonly name: string; readonly email: string };
  /** UTC milliseconds. */
  readonly expiresAt: number;
  readonly cookies: readonly string[];
}

const SESSION_S = 7 * 24 * 60 * 60;

/** A scrypt hash takes 32 MB of an isolate's 128, and about 60 ms of its one thread. */
const hashing = new Turnstile({ atOnce: 2, waiting: 40, lostAfter: 5000 });

/**
 * Checks the password and begins a session of seven days.
 * @throws Problem 401 `invalid-credentials` (the same words and work for an unknown e-mail),
 *   422 for what is no e-mail address, 429 when too many sign in at once
 * @throws DatabaseUnavailable
 */
export async function signIn(
  settings: Settings,
  credentials: { readonly email: string; readonly password: string },
): Promise<SignedIn> {
  return speakOurErrors(async () => {
    const { headers, response } = await authOf(settings).api.signInEmail({
      body: credentials,
      returnHeaders: true,
    });
    const { name, email } = response.user;
    return {
      user: { name, email },
      expiresAt: Date.now() + SESSION_S * 1000,
      cookies: headers.getSetCookie(),
    };
  });
}

/**
 * The session of a request's cookies, prolonged when it is older than a day; null where there is none.
 * @throws DatabaseUnavailable
 */
export async function currentSession(settings: Settings, cookie: string): Promise<SignedIn | null> {
  return speakOurErrors(async () => {
    const { headers, response } = await authOf(settings).api.getSession({
      headers: new Headers({ cookie }),
      returnHeaders: true,
    });
    if (response === null) return null;
    const { name, email } = response.user;
    return {
      user: { name, email },
      expiresAt: response.session.expiresAt.getTime(),
      cookies: headers.getSetCookie(),
    };
  });
}

type Auth = ReturnType<typeof createAuth>;
const instances = new WeakMap<Settings, Auth>();

/** One instance per isolate: it costs more to make than to use. */
function authOf(settings: Settings): Auth {
  const known = instances.get(settings);
  if (known !== undefined) return known;
  const made = createAuth(settings);
  instances.set(settings, made);
  return made;
}

function createAuth(settings: Settings) {
  return betterAuth({
    baseURL: settings.publicUrl,
    basePath: "/api/auth",
    secret: settings.authSecret,
    database: drizzleAdapter(drizzle(openClient(settings.database), { schema }), {
      provider: "sqlite",
      schema,
    }),
    // Members are invited; nobody signs up.
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      password: {
        hash: (password) => hashing.pass(() => hashPassword(password)),
        verify: ({ hash, password }) => hashing.pass(() => verifyPassword({ hash, password })),
      },
    },
    plugins: [organization({ allowUserToCreateOrganization: false })],
    session: { expiresIn: SESSION_S, updateAge: SESSION_S / 7 },
    databaseHooks: {
      session: {
        create: {
          // Collect least: neither is needed for anything.
          before: async (session) => ({ data: { ...session, ipAddress: null, userAgent: null } }),
        },
      },
    },
    advanced: {
      useSecureCookies: !settings.local,
      ipAddress: { disableIpTracking: true },
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    // Its words may name the person; what is worth a log line is thrown and logged at the edge.
    logger: { disabled: true },
  });
}

/** The library's errors and the database's in the product's own terms. */
async function speakOurErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TurnstileFull) throw tooManyRequests(2);
    if (error instanceof APIError) throw refusal(error);
    throw withoutValues(error);
  }
}

function refusal(error: APIError): Error {
  const code = error.body?.code ?? "";
  if (code === "INVALID_EMAIL") {
    return invalid([{ pointer: "/email", detail: "must be an e-mail address." }]);
  }
  if (code === "INVALID_EMAIL_OR_PASSWORD") {
    return new Problem(
      401,
      "invalid-credentials",
      "Wrong e-mail or password",
      "This e-mail address and password do not belong together.",
    );
  }
  if (code === "FAILED_TO_GET_SESSION") return new DatabaseUnavailable("no answer while reading a session");
  return new Error(`the sign-in library refused with ${error.statusCode} ${code}`);
}

/** Drizzle puts bound values, the person's e-mail among them, into its message: only the kind of fault leaves. */
function withoutValues(error: unknown): Error {
  const chain: Error[] = [];
  for (let at = error; at instanceof Error && chain.length < 8; at = at.cause) chain.push(at);
  const kinds = chain
    .map((one) => ("code" in one ? `${one.name} ${String(one.code)}` : one.name))
    .join(" < ");
  const spoken = / SQLITE_(?!BUSY)/.test(kinds);
  if (chain.some((one) => one instanceof DrizzleQueryError) && !spoken)
    return new DatabaseUnavailable(`no answer: ${kinds}`);
  return new Error(`sign-in failed: ${kinds}`);
}
