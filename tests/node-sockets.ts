import { connect as connectPlain, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import type { Wire } from "../worker/notify/transport/wire.ts";

/** Node's connections in the shape of `cloudflare:sockets`, for tests of what speaks over them. */
export function connect(
  { hostname, port }: { readonly hostname: string; readonly port: number },
  { secureTransport }: { readonly secureTransport: "on" | "off" | "starttls" },
): Wire {
  const socket =
    secureTransport === "on"
      ? connectTls({ host: hostname, port, servername: "localhost" })
      : connectPlain({ host: hostname, port });
  return wireOf(socket, hostname);
}

function wireOf(socket: Socket, hostname: string): Wire {
  const { readable, writable } = Duplex.toWeb(socket);
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  return {
    opened: new Promise((resolve) => socket.once("connect", resolve)),
    closed,
    readable,
    writable,
    startTls: () => {
      throw new Error(`no TLS later to ${hostname}: that is tested in the product`);
    },
    close: async () => {
      socket.destroy();
      await closed;
    },
  };
}
