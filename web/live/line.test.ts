import { expect, test } from "vitest";
import { type Deed, type Happening, isStale, type Line, newLine, step } from "./line.ts";

/** Plays happenings at their times; returns the line and every deed with its time. */
function play(events: readonly [at: number, what: Happening][], random = 0.5) {
  let line: Line = newLine(0);
  const deeds: [number, Deed][] = [];
  for (const [at, what] of events) {
    const [next, deed] = step(line, what, at, random);
    line = next;
    if (deed !== null) deeds.push([at, deed]);
  }
  return { line, deeds };
}

const heard: Happening = { kind: "message", behind: null };
const beatBehind = (seq: number): Happening => ({ kind: "message", behind: seq });
const closed: Happening = { kind: "closed", refused: false };
const ended: Happening = { kind: "closed", refused: true };
const ticks = (from: number, to: number, every = 500): [number, Happening][] =>
  Array.from({ length: (to - from) / every + 1 }, (_, i) => [from + i * every, { kind: "tick" }]);

test("says that it is stale after eight silent seconds, so within ten of a stopped server", () => {
  const { line } = play([[1000, heard]]);
  expect(isStale(line, 9000, 0)).toBe(false);
  expect(isStale(line, 9001, 0)).toBe(true);
});

test("a first message that does not come is stale too", () => {
  expect(isStale(newLine(0), 8000, 0)).toBe(false);
  expect(isStale(newLine(0), 8001, 0)).toBe(true);
});

test("after a pause in which nothing closed, beats go on without a new line", () => {
  const { line, deeds } = play([[1000, heard], ...ticks(1500, 15_000), [15_200, heard]]);
  expect(deeds).toEqual([]);
  expect(line.phase).toBe("open");
  expect(isStale(line, 15_300, 0)).toBe(false);
});

test("a half-open line is given up for a new one after twenty silent seconds", () => {
  const { deeds } = play([[1000, heard], ...ticks(1500, 22_000)]);
  expect(deeds).toEqual([[21_000, "connect"]]);
});

test("a handshake that hangs is dropped after ten seconds and tried again", () => {
  const { deeds } = play([[1000, heard], ...ticks(1500, 33_000)]);
  expect(deeds).toEqual([
    [21_000, "connect"],
    [31_000, "drop"],
    [32_000, "connect"],
  ]);
});

test("a line that closes comes back within a second, at a moment of chance", () => {
  const first = (random: number) =>
    play([[1000, heard], [2000, closed], ...ticks(2000, 4000, 100)], random).deeds[0];
  expect(first(0)).toEqual([2300, "connect"]);
  expect(first(0.99)).toEqual([3000, "connect"]);
});

test("tries that fail are further and further apart, at most ten seconds", () => {
  let line = play([
    [0, heard],
    [0, closed],
  ]).line;
  const waits: number[] = [];
  let now = 0;
  for (let i = 0; i < 7; i++) {
    waits.push(Math.round(line.retryAt - now));
    now = line.retryAt;
    [line] = step(line, { kind: "tick" }, now, 1);
    [line] = step(line, closed, now, 1);
    [line] = step(line, { kind: "probed", signedIn: true }, now, 1);
  }
  expect(waits.slice(1)).toEqual([2000, 4000, 8000, 10_000, 10_000, 10_000]);
});

test("a message makes the next wait short again", () => {
  const failing: [number, Happening][] = [
    [100, closed],
    [200, { kind: "probed", signedIn: true }],
  ];
  const { line } = play([...failing, [5000, { kind: "tick" }], [5100, heard], [6000, closed]], 1);
  expect(line.retryAt).toBe(7000);
});

test("a refused handshake asks whether the session lives: where it ended, the page leaves for good", () => {
  const { line, deeds } = play([
    [100, closed],
    [200, { kind: "probed", signedIn: false }],
    [300, { kind: "wake" }],
    ...ticks(1000, 60_000),
  ]);
  expect(deeds).toEqual([
    [100, "probe"],
    [200, "leave"],
  ]);
  expect(line.phase).toBe("signed-out");
});

test("an open line that the server ends asks at once, and leaves or comes back", () => {
  const asked = (signedIn: boolean) =>
    play([[0, heard], [100, ended], [150, { kind: "probed", signedIn }], ...ticks(500, 1500)]).deeds;
  expect(asked(false)).toEqual([
    [100, "probe"],
    [150, "leave"],
  ]);
  expect(asked(true)).toEqual([
    [100, "probe"],
    [1000, "connect"],
  ]);
});

test("waking does not wait", () => {
  const { deeds } = play([
    [0, heard],
    [1000, closed],
    [1001, { kind: "wake" }],
  ]);
  expect(deeds).toEqual([[1001, "connect"]]);
});

test("a change that a beat promised may follow the beat, but not be missing at the next", () => {
  expect(
    play([
      [0, heard],
      [5000, beatBehind(7)],
      [5400, heard],
      [10_000, heard],
    ]).deeds,
  ).toEqual([]);
  expect(
    play([
      [0, heard],
      [5000, beatBehind(7)],
      [10_000, beatBehind(7)],
    ]).deeds,
  ).toEqual([[10_000, "connect"]]);
});

test("the end of a line that was already given up means nothing", () => {
  const { deeds } = play([
    [0, heard],
    [1000, closed],
    [1100, closed],
  ]);
  expect(deeds).toEqual([]);
});
