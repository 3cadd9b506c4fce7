import { Agent, request } from "node:http";

/** Keep-alive connections to one server, at most so many; what they carry is timed without any library. */
export class Connections {
  readonly #agent: Agent;
  readonly #base: URL;

  constructor(base: string, count: number) {
    this.#base = new URL(base);
    this.#agent = new Agent({ keepAlive: true, maxSockets: count });
  }

  /** @returns the body of a 200 @throws Error on any other status */
  send(method: string, path: string, key: string, body?: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      const call = request(
        {
          host: this.#base.hostname,
          port: this.#base.port,
          path,
          method,
          agent: this.#agent,
          headers: {
            authorization: `Bearer ${key}`,
            ...(body === undefined
              ? {}
              : { "content-type": "application/json", "content-length": String(body.length) }),
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(parts).toString();
            if (response.statusCode === 200) resolve(text);
            else
              reject(new Error(`${method} ${path} answered ${response.statusCode}: ${text.slice(0, 300)}`));
          });
        },
      );
      call.on("error", reject);
      call.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
