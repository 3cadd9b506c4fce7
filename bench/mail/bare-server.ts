import { once } from "node:events";
import { Worker } from "node:worker_threads";
import PostalMime from "postal-mime";

interface Said {
  readonly taken: number;
  readonly last: string;
}

/** The SMTP server of the bench, beside the thread of the client. */
export class BareServer {
  readonly port: number;
  readonly #thread: Worker;

  private constructor(thread: Worker, port: number) {
    this.#thread = thread;
    this.port = port;
  }

  static async start(): Promise<BareServer> {
    const thread = new Worker(new URL("./server-thread.ts", import.meta.url));
    const [{ port }] = await once(thread, "message");
    return new BareServer(thread, port);
  }

  async reset(): Promise<void> {
    await this.#ask("reset");
  }

  /** Until it took so many since the last `reset`. @throws Error after two minutes */
  async until(n: number): Promise<void> {
    const until = performance.now() + 120_000;
    while ((await this.#ask("count")).taken < n) {
      if (performance.now() > until) throw new Error(`the server did not get ${n} mails`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** What the newest mail says, for the other client to say the same. */
  async lastMessage(): Promise<{ subject: string; text: string; html: string }> {
    const { subject = "", text = "", html = "" } = await PostalMime.parse((await this.#ask("count")).last);
    return { subject, text, html };
  }

  async close(): Promise<void> {
    this.#thread.postMessage("close");
    await once(this.#thread, "exit");
  }

  async #ask(question: "reset" | "count"): Promise<Said> {
    const answer = once(this.#thread, "message");
    this.#thread.postMessage(question);
    const [said] = await answer;
    return said;
  }
}
