import { type Database, openDatabase } from "../../../db/client.ts";
import { type Env, type Settings, settingsOf } from "../../env.ts";
import { LetterDesk } from "../letters/letter-desk.ts";
import { envelopeOf, type Line, type Parcel, type Sent, TransportDown } from "../transport/line.ts";
import { type MailSettings, mailSettingsOf } from "../transport/mail-settings.ts";
import { openLine } from "../transport/open-line.ts";
import { backOff, MOST_ATTEMPTS } from "./back-off.ts";
import { claimDue } from "./claim.ts";
import { expandOccasions } from "./expand.ts";
import { insist, Journal, LEASE_MS, pause } from "./journal.ts";
import { Pace } from "./pace.ts";
import {
  type ClaimedRow,
  type EndedRow,
  nextDue,
  readNextDue,
  releaseLeases,
  unclaimRows,
  withdrawRows,
} from "./queries.ts";

/** One round is over after this: the object's other callers and a new version of the worker get their turn. */
const ROUND_MS = 20_000;
/** As many connections as most submission servers allow one client. */
const LINES = 10;
/** The next look where the transport is down, or rows are due that could not be had. */
const LATER_MS = 30_000;
const WITHDRAW_AT_ONCE = 5000;
/** Until more recipients are there to be looked for. */
const FILLING_MS = 50;

/**
 * One round of the postman: broken leases, then recipients of new occasions and, at the same time, letters,
 * until none is due or the time is up.
 * @returns when to come again (UTC milliseconds); null where nothing waits or no mail is set up
 */
export async function deliver(env: Env, pace: Pace): Promise<number | null> {
  const settings = settingsOf(env);
  const database = openDatabase(settings.database);
  const started = Date.now();
  const until = started + ROUND_MS;
  const mail = mailSettingsOf(env);
  if (mail === null) return (await expandOccasions(database, settings, until)) ? null : Date.now();
  await database.write([releaseLeases(started, LEASE_MS), withdrawRows(started, WITHDRAW_AT_ONCE)]);
  const round = new Round(database, settings, mail, pace, until);
  // The first letters leave while the last recipients are still being written down.
  const expanding = expandOccasions(database, settings, until).finally(() => round.allThere());
  const [outcome] = await Promise.all([round.run(), expanding]);
  if (outcome === "down") return Date.now() + LATER_MS;
  const [due] = await database.read([nextDue()]);
  return readNextDue(due);
}

/** By what the settings say; what is wrong with them is said when there is something to send. */
export function newPace(env: Env): Pace {
  return new Pace(mailSettingsOf(env)?.domainRate ?? 1);
}

class Round {
  readonly #database: Database;
  readonly #settings: Settings;
  readonly #mail: MailSettings;
  readonly #pace: Pace;
  readonly #until: number;
  readonly #claim = `clm_${crypto.randomUUID()}`;
  readonly #journal: Journal;
  readonly #desk: LetterDesk;
  #queue: ClaimedRow[] = [];
  /** One look at the outbox at a time, whichever line asks for it. */
  #looking: Promise<void> | null = null;
  #exhausted = false;
  /** Recipients are still being written into the outbox. */
  #filling = true;
  #down = false;

  constructor(database: Database, settings: Settings, mail: MailSettings, pace: Pace, until: number) {
    this.#database = database;
    this.#settings = settings;
    this.#mail = mail;
    this.#pace = pace;
    this.#until = until;
    this.#journal = new Journal(database, this.#claim);
    this.#desk = new LetterDesk(database, settings, mail.from);
  }

  async run(): Promise<"done" | "down"> {
    try {
      const ends = await Promise.allSettled(Array.from({ length: LINES }, () => this.#work()));
      await this.#journal.settled();
      const failure = ends.find((end) => end.status === "rejected");
      if (failure !== undefined) throw failure.reason;
    } finally {
      await insist(this.#database, [unclaimRows(this.#claim)]);
    }
    return this.#down ? "down" : "done";
  }

  /** Nobody is added to the outbox any more. */
  allThere(): void {
    this.#filling = false;
  }

  /** One line's work: letter after letter. It is opened when there is one. */
  async #work(): Promise<void> {
    const line = await openLine(this.#mail, this.#settings);
    let task: Task | null = null;
    try {
      for (;;) {
        task ??= await this.#next(true);
        if (task === null || !(await this.#ready(line))) break;
        task = await this.#post(line, task);
      }
    } finally {
      line.close();
    }
  }

  async #ready(line: Line): Promise<boolean> {
    if (this.#down || Date.now() >= this.#until) return false;
    try {
      await line.open();
      return true;
    } catch (error) {
      this.#wentDown(error);
      return false;
    }
  }

  #wentDown(error: unknown): void {
    if (!(error instanceof TransportDown)) throw error;
    this.#down = true;
    console.error(JSON.stringify({ level: "error", at: "mail transport", error: error.message }));
  }

  /** The next letter, written. @param patient whether to look for more where none is at hand */
  async #next(patient: boolean): Promise<Task | null> {
    for (;;) {
      while (patient && this.#queue.length === 0 && !this.#exhausted && Date.now() < this.#until) {
        await this.#look();
      }
      const row = this.#queue.shift();
      if (row === undefined) return null;
      const letter = await this.#desk.write(row);
      if (letter.kind === "parcel") return { row, parcel: letter.parcel };
      this.#journal.end(endOf(row, { kind: "refused", answer: letter.why }));
    }
  }

  #look(): Promise<void> {
    this.#looking ??= claimDue(this.#database, this.#pace, this.#claim, Date.now())
      .then(async ({ rows, found }) => {
        this.#queue.push(...rows);
        this.#exhausted = !found && !this.#filling;
        if (!found && this.#filling) await pause(FILLING_MS);
      })
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  /**
   * Sends one letter: from the moment in which it is written down as begun until its end is, nobody could
   * tell after a crash whether it arrived. The server has agreed to take it before that moment.
   * @returns the next one, where the line already asked about it
   */
  async #post(line: Line, { row, parcel }: Task): Promise<Task | null> {
    const refusal = await line.offer(envelopeOf(parcel));
    if (refusal !== null) {
      this.#journal.end(endOf(row, refusal));
      return null;
    }
    if (!(await this.#journal.begin(row))) {
      // It was called off, or is somebody else's by now. The server waits for it: only the end of the line tells it.
      line.close();
      this.#queue = this.#queue.filter(({ org, occasion }) => org !== row.org || occasion !== row.occasion);
      return null;
    }
    const next = Date.now() < this.#until ? await this.#next(false) : null;
    this.#journal.end(endOf(row, await this.#send(line, parcel, next)));
    return next;
  }

  async #send(line: Line, parcel: Parcel, next: Task | null): Promise<Sent> {
    try {
      return await line.send(parcel, next === null ? null : envelopeOf(next.parcel));
    } catch (error) {
      this.#wentDown(error);
      return { kind: "later", answer: "the mail transport was down", unsure: false };
    }
  }
}

/** A claimed row and the letter that was written for it. */
interface Task {
  readonly row: ClaimedRow;
  readonly parcel: Parcel;
}

function endOf({ org, id, attempts }: ClaimedRow, sent: Sent): EndedRow {
  const { answer } = sent;
  if (sent.kind !== "later") return { org, id, state: sent.kind, answer, dueAt: null, unsure: false };
  const made = attempts + 1;
  return made >= MOST_ATTEMPTS
    ? { org, id, state: "dead", answer, dueAt: null, unsure: sent.unsure }
    : {
        org,
        id,
        state: "queued",
        answer,
        dueAt: Date.now() + backOff(made, Math.random()),
        unsure: sent.unsure,
      };
}
