import { expect, it } from "vitest";
import { addressFault } from "./outbound.ts";

const SETTINGS = { publicHost: "callers360.com", outboundLocal: false };

it.each([
  "https://hooks.example.com/c360",
  "https://example.co.in/?a=b",
  "https://xn--bcher-kva.example.org/",
])("calls %s", (url) => {
  expect(addressFault(url, SETTINGS)).toBeNull();
});

it.each([
  ["http://hooks.example.com/", "https"],
  ["ftp://hooks.example.com/", "https"],
  ["https://asha:secret@hooks.example.com/", "password"],
  ["https://hooks.example.com:8443/", "port"],
  ["https://hooks.example.com:22/", "port"],
  ["hooks.example.com", "not a URL"],
  [`https://hooks.example.com/${"a".repeat(2048)}`, "not a URL"],
  // Every way to write an address that is no name.
  ["https://10.0.0.1/", "IP address"],
  ["https://169.254.169.254/latest/meta-data/", "IP address"],
  ["https://127.1/", "IP address"],
  ["https://0x7f000001/", "IP address"],
  ["https://2130706433/", "IP address"],
  ["https://017700000001/", "IP address"],
  ["https://8.8.8.8/", "IP address"],
  ["https://[::1]/", "IP address"],
  ["https://[::ffff:10.0.0.1]/", "IP address"],
  ["https://①⑦②.16.0.1/", "IP address"],
  ["https://localhost/", "public host"],
  ["https://LOCALHOST./", "public host"],
  ["https://db.localhost/", "public host"],
  ["https://metadata.google.internal/", "public host"],
  ["https://router.local/", "public host"],
  ["https://nas.home.arpa/", "public host"],
  ["https://intranet/", "public host"],
  ["https://callers360.com/api", "this service"],
  ["https://CALLERS360.com./", "this service"],
  ["https://eu.callers360.com/", "this service"],
])("does not call %s", (url, reason) => {
  expect(addressFault(url, SETTINGS)).toContain(reason);
});

it("calls this machine only where a local start was told so", () => {
  const local = { publicHost: "callers360.localhost", outboundLocal: true };
  expect(addressFault("http://127.0.0.1:9000/hook", local)).toBeNull();
  expect(addressFault("http://127.0.0.1:9000/hook", { ...local, outboundLocal: false })).not.toBeNull();
  expect(addressFault("http://10.0.0.1/hook", local)).not.toBeNull();
});
