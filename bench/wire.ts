import { connect, type Socket } from "node:net";

/**
 * One keep-alive connection that asks one question at a time, without an HTTP library: Node's client takes
 * longer for a small answer than the product's own part of it, and would be in every figure.
 */
export class Wire {
  readonly #socket: Socket;
  readonly #host: string;
  #received: Buffer = Buffer.alloc(0);
  #settle: { resolve: (body: string) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.on("data", (part: Buffer) => this.#take(part));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the connection was closed")));
  }

  static async open(base: string): Promise<Wire> {
    const { hostname, port, host } = new URL(base);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return new Wire(socket, host);
  }

  /** @returns the body of an answer that is 200 @throws Error on any other, or on none */
  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    return this.#ask(this.#head("GET", path, headers));
  }

  /** As `get`, with a JSON body. */
  post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<string> {
    const length = String(Buffer.byteLength(body));
    const typed = { ...headers, "content-type": "application/json", "content-length": length };
    return this.#ask(this.#head("POST", path, typed) + body);
  }

  close(): void {
    this.#socket.destroy();
  }

  #head(method: string, path: string, headers: Readonly<Record<string, string>>): string {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return `${method} ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n${lines.join("")}\r\n`;
  }

  #ask(request: string): Promise<string> {
    if (this.#settle !== undefined) throw new Error("one question at a time");
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(request);
    });
  }

  #take(part: Buffer): void {
    const all = this.#received.length === 0 ? part : Buffer.concat([this.#received, part]);
    this.#received = all;
    const end = all.indexOf("\r\n\r\n");
    if (end === -1) return;
    const head = all.toString("latin1", 0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      this.#fail(new Error(`an answer without a length:\n${head}`));
      return;
    }
    const from = end + 4;
    if (all.length < from + Number(length)) return;
    const body = all.toString("utf8", from);
    this.#received = Buffer.alloc(0);
    const settle = this.#settle;
    this.#settle = undefined;
    if (head.startsWith("HTTP/1.1 200 ")) settle?.resolve(body);
    else settle?.reject(new Error(`${head.slice(0, head.indexOf("\r\n"))}: ${body.slice(0, 300)}`));
  }

  #fail(error: Error): void {
    this.#settle?.reject(error);
    this.#settle = undefined;
  }
}
