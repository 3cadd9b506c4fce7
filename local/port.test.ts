import { once } from "node:events";
import { connect } from "node:net";
import { expect, it } from "vitest";
import { holdPort, portRefusal } from "./port.ts";

it("lets the port go although somebody is connected to it", async () => {
  const held = await holdPort(0);
  const visitor = connect(held.port, "127.0.0.1");
  visitor.on("error", () => {});
  await once(visitor, "connect");
  await held.release();
  const again = await holdPort(held.port);
  expect(again.port).toBe(held.port);
  await again.release();
});

it("refuses a taken port in one sentence", async () => {
  const held = await holdPort(0);
  await expect(holdPort(held.port)).rejects.toThrow(
    `Port ${held.port} is taken; stop what uses it, or choose another with PORT.`,
  );
  await held.release();
});

it("does not call a port taken that only the superuser may open", () => {
  const error = Object.assign(new Error("listen EACCES: permission denied 127.0.0.1:80"), { code: "EACCES" });
  expect(portRefusal(80, error).message).toBe(
    "This user may not open port 80; choose one from 1024 on with PORT.",
  );
});
