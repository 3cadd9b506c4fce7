import { BarController, BarElement, CategoryScale, Chart, LinearScale, Tooltip } from "chart.js";
import type { SpanSlot } from "./span.ts";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip);

const STATUSES = ["connected", "missed", "declined"] as const;
type Status = (typeof STATUSES)[number];
const WORDS: Readonly<Record<Status, string>> = {
  connected: "Connected",
  missed: "Missed",
  declined: "Declined",
};

/** A drawn series; `show` may be called as often as messages come. */
export interface SeriesChart {
  show(slots: readonly SpanSlot[]): void;
  destroy(): void;
}

interface Point {
  x: number;
  y: number;
}

/** Stacked bars by status on a canvas, at most one drawing a frame. */
export function drawSeries(canvas: HTMLCanvasElement): SeriesChart {
  const labels: string[] = [];
  const points: Readonly<Record<Status, Point[]>> = { connected: [], missed: [], declined: [] };
  let chart = build(canvas, labels, points);
  let frame = 0;
  const schedule = () => {
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      chart.update("none");
    });
  };
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const recolour = () => {
    chart.destroy();
    chart = build(canvas, labels, points);
  };
  scheme.addEventListener("change", recolour);

  return {
    show(slots) {
      labels.length = slots.length;
      for (const status of STATUSES) points[status].length = slots.length;
      for (const [x, slot] of slots.entries()) {
        labels[x] = slot.from;
        for (const status of STATUSES) points[status][x] = { x, y: slot[status] };
      }
      schedule();
    },
    destroy() {
      scheme.removeEventListener("change", recolour);
      cancelAnimationFrame(frame);
      chart.destroy();
    },
  };
}

/** A chart in the colours that the tokens have now, over arrays that are changed in place. */
function build(
  canvas: HTMLCanvasElement,
  labels: string[],
  points: Readonly<Record<Status, Point[]>>,
): Chart<"bar", Point[], string> {
  const style = getComputedStyle(canvas);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const [ink, muted, line, ground] = [token("--ink"), token("--muted"), token("--line"), token("--ground")];
  const font = { family: style.fontFamily, size: 12 };
  return new Chart(canvas, {
    type: "bar",
    data: {
      labels,
      datasets: STATUSES.map((status) => {
        const fill = texture(status, token(`--${status}`), ground);
        return {
          label: WORDS[status],
          data: points[status],
          stack: "calls",
          categoryPercentage: 0.84,
          barPercentage: 1,
          maxBarThickness: 44,
          borderSkipped: false,
          // A seam of the page's colour between the parts of a bar.
          borderWidth: { top: 1, right: 0, bottom: 0, left: 0 },
          borderColor: ground,
          backgroundColor: fill,
          hoverBorderColor: ground,
          hoverBackgroundColor: fill,
        };
      }),
    },
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: {
          stacked: true,
          grid: { display: false },
          border: { color: line },
          ticks: { color: muted, font, maxRotation: 0, autoSkipPadding: 14 },
        },
        y: {
          stacked: true,
          beginAtZero: true,
          suggestedMax: 4,
          grid: { color: line },
          border: { display: false },
          ticks: { color: muted, font, precision: 0, maxTicksLimit: 6, padding: 8 },
        },
      },
      plugins: {
        tooltip: {
          backgroundColor: ink,
          titleColor: ground,
          bodyColor: ground,
          titleFont: { ...font, weight: 600 },
          bodyFont: font,
          padding: 10,
          cornerRadius: 8,
          displayColors: false,
        },
      },
    },
  });
}

/** Connected is solid, missed is hatched, declined is dotted: told apart without colour. */
function texture(status: Status, colour: string, ground: string): CanvasPattern | string {
  if (status === "connected") return colour;
  const ratio = Math.max(1, Math.round(devicePixelRatio));
  const side = 6;
  const tile = document.createElement("canvas");
  tile.width = side * ratio;
  tile.height = side * ratio;
  const pen = tile.getContext("2d");
  if (pen === null) return colour;
  pen.scale(ratio, ratio);
  pen.fillStyle = colour;
  pen.fillRect(0, 0, side, side);
  // Enough to see, too little to flicker.
  pen.globalAlpha = 0.7;
  pen.strokeStyle = ground;
  pen.fillStyle = ground;
  if (status === "missed") {
    pen.lineWidth = 1.3;
    for (const shift of [-side, 0, side]) {
      pen.beginPath();
      pen.moveTo(shift - 1, side + 1);
      pen.lineTo(shift + side + 1, -1);
      pen.stroke();
    }
  } else {
    for (const [x, y] of [
      [1.5, 1.5],
      [4.5, 4.5],
    ] as const) {
      pen.beginPath();
      pen.arc(x, y, 0.9, 0, 2 * Math.PI);
      pen.fill();
    }
  }
  const pattern = pen.createPattern(tile, "repeat");
  pattern?.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern ?? colour;
}
