"use strict";
// The changes between two runs, with their intervals.
(() => {
  const { COLOURS, TIP, label, ms, panelsIn, plotted, shortened } = Drawing;
  const steps = Drawing.data();
  const percent = (share) => `${share > 0 ? "+" : share < 0 ? "−" : ""}${Math.abs(Math.round(share * 100))} %`;

  function changes(place) {
    const names = [...new Set(steps.map((step) => step.journey))];
    // A wild interval of one step must not flatten all others.
    const sizes = steps.flatMap((step) => [step.change, step.low, step.high]).filter((value) => value !== null).map(Math.abs);
    const end = Math.max(0.1, Math.min(Math.max(...sizes), 1.5 * (d3.quantile(sizes, 0.9) ?? 1)));
    panelsIn(place, names.map((name) => [name, (width) => panel(steps.filter((step) => step.journey === name), end, width, name)]));
  }

  function panel(mine, end, width, name) {
    const rows = mine.map((step, at) => ({ ...step, at, low: Math.max(-1, step.low ?? step.change), high: step.high ?? end * 2 }));
    const left = Math.min(width * 0.5, 190);
    const most = Math.floor(left / 6.2) - 1;
    const colour = (row) => COLOURS[row.executor];
    const says = (row) => `${row.step}\n${label(row)}\n${percent(row.change)} of ${ms(row.before)}: ${row.told}`;
    return plotted(
      {
        width, height: 30 + rows.length * 18, marginLeft: left, marginRight: 14, marginTop: 4, marginBottom: 24,
        x: { domain: [-end, end], clamp: true, ticks: width < 420 ? 3 : 5, tickFormat: percent, label: null, grid: true },
        y: { domain: rows.map((row) => row.at), label: null, tickSize: 0, tickFormat: (at) => shortened(`${rows[at].step} ${rows[at].executor === "k6" ? "p" : "b"}${rows[at].users}`, most) },
        marks: [
          Plot.ruleX([0], { stroke: "currentColor", strokeOpacity: 0.6 }),
          Plot.ruleY(rows.filter((row) => row.told !== "too few samples"), { y: "at", x1: "low", x2: "high", stroke: colour, strokeWidth: 2, strokeOpacity: 0.55 }),
          Plot.dot(rows, { y: "at", x: "change", r: 3.5, stroke: colour, strokeWidth: 1.5, fill: (row) => (["slower", "faster"].includes(row.told) ? colour(row) : "var(--card)") }),
          Plot.tip(rows, Plot.pointerY({ ...TIP, y: "at", x: "change", title: says })),
        ],
      },
      `Change of the medians of ${name}. ${rows.map((row) => says(row).replaceAll("\n", ", ")).join("; ")}.`,
    );
  }

  Drawing.drawWhenSeen({ changes });
})();
