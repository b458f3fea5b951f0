"use strict";
// The charts of a run's report.
(() => {
  const { COLOURS, TIP, isShown, label, latencies, many, ms, plotted, shortened, strength, tick, ticks } = Drawing;
  const journeys = Drawing.data();
  const shownRows = (journey) => journey.measured.filter((row) => isShown(journey.cells[row.cell]));

  // --- Where the time goes: the steps end to end, protocol laid over browser -------------------
  function timeline(journey) {
    const users = [...new Set(shownRows(journey).map((row) => journey.cells[row.cell].users))].sort((a, b) => a - b);
    const panels = users.map((at) => ({ users: at, rows: laneRows(journey, at) })).filter((panel) => panel.rows.length);
    const both = panels.filter((panel) => panel.rows.some((row) => row.playwright));
    const drawn = both.length ? both : panels;
    const end = Math.max(1, ...drawn.flatMap((panel) => panel.rows.map((row) => row.end)));
    return drawn.map((panel) => [many(panel.users), (width) => timelinePanel(journey, panel, end, width)]);
  }

  function laneRows(journey, users) {
    let start = 0;
    return journey.steps.flatMap((name, step) => {
      const row = { name, step, start, end: start };
      for (const each of shownRows(journey)) {
        const cell = journey.cells[each.cell];
        if (each.step === step && cell.users === users && each.p50 !== null) row[cell.executor] = each;
      }
      const sides = [row.playwright, row.k6].filter(Boolean);
      if (!sides.length) return [];
      row.end = start + Math.max(...sides.map((side) => side.p95));
      start += Math.max(...sides.map((side) => side.p50));
      return [row];
    });
  }

  function timelinePanel(journey, panel, end, width) {
    const { rows } = panel;
    const left = Math.min(width * 0.32, 12 + 6.2 * Math.max(...rows.map((row) => row.name.length)));
    const most = Math.floor(left / 6.2) - 1;
    const pixels = (width - left - 78) / end;
    const least = 3 / pixels;
    const side = (executor) => rows.filter((row) => row[executor]).map((row) => ({ ...row[executor], name: row.name, start: row.start }));
    const rode = ["playwright", "k6"].filter((executor) => journey.cells.some((cell) => cell.executor === executor && isShown(cell)));
    const words = (row) => rode.map((executor) => (row[executor] ? ms(row[executor].p50).replace(" ms", "") : "–")).join(" / ");
    const bar = (executor, inset) => [
      Plot.ruleY(side(executor), { y: "name", x1: "start", x2: (d) => d.start + d.p95, stroke: COLOURS[executor], strokeOpacity: executor === "k6" ? 1 : 0.45, strokeWidth: executor === "k6" ? 2 : 5, strokeLinecap: "butt" }),
      Plot.barX(side(executor), { y: "name", x1: "start", x2: (d) => d.start + Math.max(d.p50, least), fill: COLOURS[executor], insetTop: inset, insetBottom: inset, rx: executor === "k6" ? 0 : 1.5 }),
    ];
    // Two hues of one lightness: a line of the card's colour keeps them apart.
    const apart = [
      Plot.barX(side("k6"), { y: "name", x1: "start", x2: (d) => d.start + Math.max(d.p50, least) + 1.25 / pixels, fill: "var(--card)", insetTop: 5.25, insetBottom: 5.25 }),
      Plot.ruleY(side("k6"), { y: "name", x1: "start", x2: (d) => d.start + d.p95 + 1 / pixels, stroke: "var(--card)", strokeWidth: 4.5, strokeLinecap: "butt" }),
    ];
    const said = rows.map((row) => `${row.name}: ${[row.playwright && `browser ${ms(row.playwright.p50)}`, row.k6 && `protocol ${ms(row.k6.p50)}`].filter(Boolean).join(", ")}`);
    return plotted(
      {
        width, height: 26 + rows.length * 27, marginLeft: left, marginRight: 78, marginTop: 4, marginBottom: 22,
        x: { domain: [0, end], label: null, grid: true, ticks: d3.ticks(0, end, Math.max(2, Math.floor((width - left - 78) / 80))), tickFormat: (value) => `${value.toLocaleString("en").replaceAll(",", " ")} ms` },
        y: { domain: rows.map((row) => row.name), label: null, tickSize: 0, padding: 0.18, tickFormat: (name) => shortened(name, most) },
        marks: [
          Plot.ruleX(rows.slice(1), { x: "start", y: "name", stroke: "var(--muted)", strokeOpacity: 0.5, strokeDasharray: "2 2" }),
          ...bar("playwright", 1.5),
          ...apart,
          ...bar("k6", 6.5),
          Plot.text(rows, { y: "name", x: "end", text: words, textAnchor: "start", dx: 6, fill: "currentColor" }),
          Plot.tip(rows, Plot.pointerY({ ...TIP, y: "name", x: "start", title: (row) => said[rows.indexOf(row)] })),
        ],
      },
      `Steps of the journey end to end at ${many(panel.users)}. Medians: ${said.join("; ")}.`,
    );
  }

  // --- Small multiples: one panel for each step -------------------------------------------------
  function multiples(journey, rowsOf, draw) {
    const rows = rowsOf(shownRows(journey));
    return journey.steps.flatMap((name, step) => {
      const mine = rows.filter((row) => row.step === step);
      return mine.length ? [[name, (width) => draw(mine, rows, width, name)]] : [];
    });
  }

  const facts = (journey, row) =>
    `${label(journey.cells[row.cell])}\n${row.count} samples${row.errors ? `, ${row.errors} failed` : ""}\np50 ${ms(row.p50)}, p95 ${ms(row.p95)}, max ${ms(row.max)}`;
  const spoken = (journey, rows) => rows.map((row) => facts(journey, row).replaceAll("\n", ", ")).join("; ");

  // --- How latency is distributed ----------------------------------------------------------------
  function distribution(journey) {
    return multiples(journey, (rows) => rows.filter((row) => row.quantiles?.length), (mine, all, width, name) => {
      const domain = latencies(all.flatMap((row) => row.quantiles), 1.4);
      const rows = mine.map((row, at) => ({ ...row, at }));
      // Of a sample or two an outline would say more than is known.
      const hills = rows.filter((row) => row.quantiles.length > 2).flatMap((row) => density(row.quantiles, domain).map(([x, y]) => ({ x, y: row.at + 0.9 - 0.85 * y, base: row.at + 0.9, row })));
      const dots = rows.flatMap((row) => (row.quantiles.length < 40 ? row.quantiles.map((x) => ({ x, row })) : []));
      const colour = (row) => COLOURS[journey.cells[row.cell].executor];
      const mark = (name, size) => Plot.link(rows, { x1: name, x2: name, y1: (row) => row.at + 0.9, y2: (row) => row.at + size, stroke: "currentColor", strokeWidth: 1.5 });
      return plotted(
        {
          width, height: 26 + rows.length * 30, marginLeft: 86, marginRight: 10, marginTop: 2, marginBottom: 22,
          x: { type: "log", domain, ticks: ticks(domain, 5), tickFormat: tick, label: null, grid: true },
          y: { domain: [0, rows.length], reverse: true, axis: null },
          marks: [
            Plot.areaY(hills, { x: "x", y1: "base", y2: "y", z: (d) => d.row.at, fill: (d) => colour(d.row), fillOpacity: 0.32 }),
            Plot.lineY(hills, { x: "x", y: "y", z: (d) => d.row.at, stroke: (d) => colour(d.row), strokeWidth: 1.25 }),
            Plot.dot(dots, { x: "x", y: (d) => d.row.at + 0.9, r: 1.8, fill: (d) => colour(d.row), fillOpacity: 0.8 }),
            mark("p50", 0.25), mark("p95", 0.6),
            Plot.text(rows, { frameAnchor: "left", dx: -84, y: (row) => row.at + 0.68, textAnchor: "start", fill: colour, text: (row) => label(journey.cells[row.cell]) .replace(" users", "").replace(" user", "") }),
            Plot.tip(rows, Plot.pointerY({ ...TIP, x: "p50", y: (row) => row.at + 0.6, title: (row) => facts(journey, row) })),
          ],
        },
        `Distribution of the latency of ${name}. ${spoken(journey, mine)}.`,
      );
    });
  }

  // A smooth outline on the logarithmic scale, as high as 1 (Gaussian kernel, Silverman's width).
  function density(quantiles, [low, high]) {
    const logs = quantiles.filter((value) => value > 0).map(Math.log);
    if (!logs.length) return [];
    const spread = Math.min(d3.deviation(logs) || 0, (d3.quantile(logs, 0.75) - d3.quantile(logs, 0.25)) / 1.34 || Infinity);
    const width = Math.max(0.9 * (Number.isFinite(spread) ? spread : 0) * logs.length ** -0.2, Math.log(high / low) / 90);
    const grid = d3.range(0, 121).map((at) => Math.log(low) + (Math.log(high / low) * at) / 120);
    const heights = grid.map((x) => d3.sum(logs, (each) => Math.exp(-0.5 * ((x - each) / width) ** 2)));
    const top = Math.max(...heights);
    return grid.map((x, at) => [Math.exp(x), top ? heights[at] / top : 0]);
  }

  // --- How latency went over the run ---------------------------------------------------------------
  function course(journey) {
    return multiples(journey, (rows) => rows.filter((row) => row.at?.length), (mine, all, width, name) => {
      const domain = latencies(all.flatMap((row) => [...row.middle, ...row.slowest]));
      const end = Math.max(...all.map((row) => journey.cells[row.cell].seconds));
      const points = mine.flatMap((row) => row.at.map((at, index) => ({ at, row, middle: row.middle[index], slowest: row.slowest[index], failed: row.failed[index] })));
      const known = points.filter((point) => point.middle !== null);
      const failed = points.filter((point) => point.failed);
      const look = { z: (d) => d.row.cell, stroke: (d) => COLOURS[journey.cells[d.row.cell].executor], strokeOpacity: (d) => strength(journey.cells, journey.cells[d.row.cell]) };
      return plotted(
        {
          width, height: 150, marginLeft: 46, marginRight: 10, marginTop: 8, marginBottom: 24,
          x: { domain: [0, end || 1], ticks: 4, tickFormat: (value) => `${value} s`, label: null },
          y: { type: "log", domain, ticks: ticks(domain, 5), tickFormat: tick, label: null, grid: true },
          marks: [
            Plot.ruleX(known.filter((point) => point.slowest > point.middle), { ...look, x: "at", y1: "middle", y2: "slowest", strokeWidth: 1, strokeOpacity: 0.35 }),
            Plot.line(known, { ...look, x: "at", y: "middle", strokeWidth: 1.6 }),
            Plot.dot(known, { x: "at", y: "middle", r: 1.7, fill: look.stroke, fillOpacity: look.strokeOpacity }),
            Plot.dot(failed, { x: "at", y: domain[0], symbol: "times", r: 4, stroke: "var(--fail)", strokeWidth: 2 }),
            Plot.tip(known, Plot.pointer({ ...TIP, x: "at", y: "middle", title: (d) => `${label(journey.cells[d.row.cell])}, after ${d.at} s\nmedian ${ms(d.middle)}, slowest ${ms(d.slowest)}${d.failed ? `\n${d.failed} failed` : ""}` })),
          ],
        },
        `Latency of ${name} over the run. ${mine.map((row) => drift(journey, row)).join("; ")}.`,
      );
    });
  }

  function drift(journey, row) {
    const known = row.middle.filter((value) => value !== null);
    const first = known[0], last = known[known.length - 1];
    return `${label(journey.cells[row.cell])}: median ${ms(first)} at the beginning, ${ms(last)} at the end`;
  }

  // --- How latency grows with users ------------------------------------------------------------------
  function growth(journey) {
    const counts = [...new Set(journey.cells.map((cell) => cell.users))].sort((a, b) => a - b);
    const line = (row) => `${row.step} ${journey.cells[row.cell].executor}`;
    // Where an executor rode a step with one number of users only, nothing grows.
    const growing = (rows) => {
      const known = rows.filter((row) => row.p50 !== null);
      const points = d3.rollup(known, (all) => all.length, line);
      const steps = new Set(known.filter((row) => points.get(line(row)) > 1).map((row) => row.step));
      return known.filter((row) => steps.has(row.step));
    };
    return multiples(journey, growing, (mine, all, width, name) => {
      const domain = latencies(all.flatMap((row) => [row.p50, row.p95]));
      const rows = mine.map((row) => ({ ...row, ...journey.cells[row.cell] }));
      const look = { x: "users", z: "executor", stroke: (row) => COLOURS[row.executor] };
      return plotted(
        {
          width, height: 150, marginLeft: 46, marginRight: 16, marginTop: 8, marginBottom: 24,
          x: { type: "point", domain: counts, tickFormat: (value) => (width < 240 ? `${value}` : many(value)), label: null, tickSize: 3 },
          y: { type: "log", domain, ticks: ticks(domain, 5), tickFormat: tick, label: null, grid: true },
          marks: [
            Plot.areaY(rows, { x: "users", z: "executor", y1: "p50", y2: "p95", fill: (row) => COLOURS[row.executor], fillOpacity: 0.16 }),
            Plot.line(rows, { ...look, y: "p95", strokeDasharray: "3 3", strokeOpacity: 0.7 }),
            Plot.line(rows, { ...look, y: "p50", strokeWidth: 2 }),
            Plot.dot(rows, { x: "users", y: "p50", r: 3, fill: (row) => COLOURS[row.executor] }),
            Plot.dot(rows, { x: "users", y: "p95", r: 2, stroke: (row) => COLOURS[row.executor], fill: "var(--card)" }),
            Plot.tip(rows, Plot.pointer({ ...TIP, x: "users", y: "p50", title: (row) => facts(journey, row) })),
          ],
        },
        `Growth of the latency of ${name} with users. ${spoken(journey, mine)}.`,
      );
    });
  }

  const of = (chart) => (place) => chart(journeys[Number(place.dataset.journey)]);
  Drawing.drawWhenSeen({ timeline: of(timeline), distribution: of(distribution), course: of(course), growth: of(growth) });

  // Only where the browser has a clipboard for this page, which one without encryption may not get.
  for (const button of navigator.clipboard ? document.querySelectorAll("button[data-copy]") : []) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const said = await navigator.clipboard.writeText(button.dataset.copy).then(() => "copied", () => "not allowed here");
      button.textContent = said;
      setTimeout(() => { button.textContent = "copy"; }, 2000);
    });
  }
})();
