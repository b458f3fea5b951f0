"use strict";
// The trend lines of the results' index.
(() => {
  const { COLOURS, NAMES, TIP, label, ms, plotted, strength, tick } = Drawing;
  const views = Drawing.data();

  function trend(place) {
    const view = views[Number(place.dataset.view)];
    // Executors apart, each from zero: on one scale with the browser no change of k6 could be seen.
    return view.journeys.flatMap((name, journey) =>
      Object.keys(NAMES).flatMap((executor) => {
        const lines = view.lines.filter((line) => line.journey === journey && line.executor === executor);
        return lines.length ? [[`${name}, ${NAMES[executor].toLowerCase()}`, (width) => panel(view, lines, width, name)]] : [];
      }));
  }

  function panel(view, lines, width, name) {
    const points = lines.flatMap((line) =>
      line.p50.map((p50, at) => ({ at, p50, p95: line.p95[at], line, run: view.runs[at] })));
    const known = points.filter((point) => point.p50 !== null);
    const colour = (point) => COLOURS[point.line.executor];
    const opacity = (point) => strength(lines, point.line);
    return plotted(
      {
        width, height: 160, marginLeft: 46, marginRight: 34, marginTop: 8, marginBottom: 24,
        x: { domain: [-0.5, view.runs.length - 0.5], ticks: [0, view.runs.length - 1], tickFormat: (at) => day(view.runs[at].name), label: null },
        y: { zero: true, nice: true, ticks: 4, tickFormat: tick, label: null, grid: true },
        marks: [
          Plot.line(points, { x: "at", y: "p50", z: (point) => lines.indexOf(point.line), stroke: colour, strokeOpacity: opacity, strokeWidth: 1.6 }),
          Plot.dot(known, { x: "at", y: "p50", r: 3, stroke: colour, strokeOpacity: opacity, fill: (point) => (point.run.verdict === "pass" ? colour(point) : "var(--card)"), fillOpacity: (point) => (point.run.verdict === "pass" ? opacity(point) : 1) }),
          Plot.tip(known, Plot.pointer({ ...TIP, x: "at", y: "p50", title: (point) => `${point.run.name}: ${point.run.verdict}\n${label(point.line)}\np50 ${ms(point.p50)}, p95 ${ms(point.p95)}` })),
        ],
      },
      `${name} over ${view.runs.length} runs. ${lines.map((line) => told(line)).join("; ")}.`,
    );
  }

  const day = (name) => `${name.slice(4, 6)}-${name.slice(6, 8)} ${name.slice(9, 11)}:${name.slice(11, 13)}`;

  function told(line) {
    const known = line.p50.filter((value) => value !== null);
    return `${label(line)}: medians of an iteration ${ms(known[0])} in the first, ${ms(known[known.length - 1])} in the last`;
  }

  Drawing.drawWhenSeen({ trend });
})();
