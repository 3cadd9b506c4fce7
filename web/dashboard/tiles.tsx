import { createEffect, createSignal, For, on } from "solid-js";
import type { Totals } from "../live/board.ts";
import { formatCount, formatLength, formatShare, formatTalk } from "./figures.ts";

type Metric = keyof Totals;

interface TileWords {
  readonly metric: Metric;
  readonly label: string;
  figure(value: number): string;
  note(totals: Totals): string;
}

const share = (metric: Metric) => (totals: Totals) => {
  const part = formatShare(totals[metric], totals.n);
  return part === null ? "no calls yet" : `${part} of calls`;
};

const TILES: readonly TileWords[] = [
  { metric: "n", label: "Calls", figure: formatCount, note: () => "since midnight" },
  { metric: "connected", label: "Connected", figure: formatCount, note: share("connected") },
  { metric: "missed", label: "Missed", figure: formatCount, note: share("missed") },
  { metric: "declined", label: "Declined", figure: formatCount, note: share("declined") },
  {
    metric: "talk_s",
    label: "Talk time",
    figure: formatTalk,
    note: ({ talk_s, connected }) =>
      connected === 0 ? "no connected call yet" : `on average ${formatLength(talk_s / connected)}`,
  },
];

/** The day's five numbers; dashes keep their places while they load. */
export function Tiles(props: { team: string | null; totals: Totals | null }) {
  return (
    <dl class="tiles" aria-busy={props.totals === null}>
      <For each={TILES}>{(words) => <Tile words={words} team={props.team} totals={props.totals} />}</For>
    </dl>
  );
}

function Tile(props: { words: TileWords; team: string | null; totals: Totals | null }) {
  const value = () => props.totals?.[props.words.metric];
  // Two names for one glow, because only a change of name starts an animation again.
  const [glow, setGlow] = createSignal<"a" | "b">();
  createEffect(
    on([value, () => props.team], ([now, team], before) => {
      if (before === undefined || before[0] === undefined || now === before[0]) return undefined;
      // Another team's number is another number, not a change.
      setGlow((last) => (team !== before[1] ? undefined : last === "a" ? "b" : "a"));
      return undefined;
    }),
  );
  return (
    <div class="tile" data-metric={props.words.metric} data-value={value()} data-glow={glow()}>
      <dt>
        <span class={`swatch ${props.words.metric}`} aria-hidden="true" />
        {props.words.label}
      </dt>
      <dd class="figure">{value() === undefined ? "–" : props.words.figure(value() ?? 0)}</dd>
      <dd class="note">{props.totals === null ? "\u00a0" : props.words.note(props.totals)}</dd>
    </div>
  );
}
