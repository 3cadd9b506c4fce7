import { expect, it } from "vitest";
import { mailSettingsOf } from "./mail-settings.ts";

const FROM = "Callers360 <notices@callers360.example>";
const read = (url: string, more: Record<string, string> = {}) =>
  mailSettingsOf({ MAIL_URL: url, MAIL_FROM: FROM, ...more });

it("without a MAIL_URL there is no mail, and that is no fault", () => {
  expect(mailSettingsOf({})).toBeNull();
  expect(mailSettingsOf({ MAIL_URL: "" })).toBeNull();
});

it("TLS is from the start, or required; never an option, except on this machine", () => {
  expect(read("smtps://u%40x:p%3A@mail.example.com")).toEqual({
    from: { name: "Callers360", address: "notices@callers360.example" },
    domainRate: 600,
    transport: {
      kind: "smtp",
      host: "mail.example.com",
      port: 465,
      tls: "from-start",
      login: { user: "u@x", pass: "p:" },
    },
  });
  expect(read("smtp://mail.example.com")).toMatchObject({
    transport: { port: 587, tls: "starttls", login: null },
  });
  expect(read("smtp://mail.example.com?tls=none")).toMatchObject({ transport: { tls: "starttls" } });
  expect(read("smtp://localhost.example.com:25")).toMatchObject({ transport: { tls: "starttls" } });
  expect(read("smtp://127.0.0.1:2525")).toMatchObject({ transport: { port: 2525, tls: "none" } });
  expect(read("smtp://localhost:2525?tls=required")).toMatchObject({ transport: { tls: "starttls" } });
});

it("an https address is a provider with a key", () => {
  expect(read("https://api.example.com/emails", { MAIL_TOKEN: "t" })).toMatchObject({
    transport: { kind: "http", url: "https://api.example.com/emails", token: "t" },
  });
});

it.each<[string, Record<string, string>, RegExp]>([
  ["mail.example.com:587", {}, /MAIL_URL must be/],
  ["http://api.example.com", {}, /MAIL_URL must be/],
  ["https://api.example.com", {}, /MAIL_TOKEN/],
  ["smtps://mail.example.com", { MAIL_FROM: "Callers360" }, /MAIL_FROM/],
  ["smtps://mail.example.com", { MAIL_FROM: "A\r\nBcc: x <a@example.com>" }, /MAIL_FROM/],
  ["smtps://mail.example.com", { MAIL_DOMAIN_RATE: "0" }, /MAIL_DOMAIN_RATE/],
])("%s %o is refused with the setting's name", (url, more, words) => {
  expect(() => read(url, more)).toThrow(words);
});

it("does not repeat a password in what it says", () => {
  expect(() => read("smtps://u:hunter2@mail.example.com", { MAIL_FROM: "" })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("hunter2") }),
  );
});
