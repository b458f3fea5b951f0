"use strict";
// The changes between two runs, with their intervals.
(() => {
  const { COLOURS, TIP, label, ms, plotted, shortened } = Drawing;
  const steps = Drawing.data();
  const percent = (share) => `${share > 0 ? "+" : share < 0 ? "−" : ""}${Math.abs(Math.round(share * 100))} %`;

  // Marks of a scale of ratios, by how far it reaches; a half and the double are as far from 1.
  const MARKS = [
    [1.15, [0.9, 0.95, 1, 1.05, 1.1]],
    [1.6, [0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.4]],
    [3, [0.5, 0.8, 1, 1.25, 2]],
    [15, [0.1, 0.2, 0.5, 1, 2, 5, 10]],
    [Infinity, [0.001, 0.01, 0.1, 1, 10, 100, 1000]],
  ];
  const mark = (ratio) => (ratio < 0.5 ? `÷${Math.round(1 / ratio)}` : ratio > 2 ? `×${ratio}` : percent(ratio - 1));

  // The marks that find room, from "no change" outwards.
  function marks(end, room) {
    const all = MARKS.find(([most]) => end <= most)[1].filter((ratio) => 1 / end <= ratio && ratio <= end);
    const at = (ratio) => (room * Math.log(ratio)) / (2 * Math.log(end));
    const kept = [1];
    for (const side of [all.filter((ratio) => ratio > 1), all.filter((ratio) => ratio < 1).reverse()]) {
      let last = 1;
      for (const ratio of side) if (Math.abs(at(ratio) - at(last)) >= 40) kept.push((last = ratio));
    }
    return kept;
  }

  function changes() {
    const names = [...new Set(steps.map((step) => step.journey))];
    // A wild interval of one step must not flatten all others: it is cut at the edge.
    const sizes = steps.map((step) => Math.max(1 + step.change, 1 / Math.max(1 + step.change, 1e-3)));
    const end = Math.max(1.12, Math.max(...sizes) * 1.15);
    return names.map((name) => [name, (width) => panel(steps.filter((step) => step.journey === name), end, width, name)]);
  }

  function panel(mine, end, width, name) {
    const rows = mine.map((step, at) => ({
      ...step,
      at,
      ratio: Math.max(1 + step.change, 1 / end),
      low: Math.max(1 + (step.low ?? step.change), 1 / end),
      high: Math.min(1 + (step.high ?? end), end),
    }));
    const left = Math.min(width * 0.5, 190);
    const most = Math.floor(left / 6.2) - 1;
    const colour = (row) => COLOURS[row.executor];
    const says = (row) => `${row.step}\n${label(row)}\n${percent(row.change)} of ${ms(row.before)}: ${row.told}`;
    return plotted(
      {
        width, height: 30 + rows.length * 18, marginLeft: left, marginRight: 14, marginTop: 4, marginBottom: 24,
        x: { type: "log", domain: [1 / end, end], ticks: marks(end, width - left - 14), tickFormat: mark, label: null, grid: true },
        y: { domain: rows.map((row) => row.at), label: null, tickSize: 0, tickFormat: (at) => shortened(`${rows[at].step} ${rows[at].executor === "k6" ? "p" : "b"}${rows[at].users}`, most) },
        marks: [
          Plot.ruleX([1], { stroke: "currentColor", strokeOpacity: 0.6 }),
          Plot.ruleY(rows.filter((row) => row.told !== "too few samples"), { y: "at", x1: "low", x2: "high", stroke: colour, strokeWidth: 2, strokeOpacity: 0.55 }),
          Plot.dot(rows, { y: "at", x: "ratio", r: 3.5, stroke: colour, strokeWidth: 1.5, fill: (row) => (["slower", "faster"].includes(row.told) ? colour(row) : "var(--card)") }),
          Plot.tip(rows, Plot.pointerY({ ...TIP, y: "at", x: "ratio", title: says })),
        ],
      },
      `Change of the medians of ${name}. ${rows.map((row) => says(row).replaceAll("\n", ", ")).join("; ")}.`,
    );
  }

  Drawing.drawWhenSeen({ changes });
})();
