"use strict";
// The lines over the nights: one panel for each step and executor, a line for each number of users.
(() => {
  const { COLOURS, NAMES, TIP, label, latencies, ms, plotted, strength, tick, ticks } = Drawing;
  const views = new Map();

  function viewOf(place) {
    const id = place.dataset.nights;
    if (!views.has(id)) views.set(id, prepared(JSON.parse(document.getElementById(`nights-${id}`).textContent)));
    return views.get(id);
  }

  // What each line is made of: its points in stretches that may be compared, and its first level.
  function prepared(view) {
    for (const line of view.series) {
      const cuts = new Set(view.breaks.filter((each) => isOf(each, line)).map((each) => each.at));
      const inMs = (share) => (share === null ? null : (share * line.level) / 1000);
      let stretch = 0;
      line.bands = line.bands.map(([first, last, low, high]) => [first, last, inMs(low), inMs(high)]);
      line.points = line.measured.map((share, at) => {
        if (cuts.has(at)) stretch += 1;
        const own = inMs(line.own[at]);
        return { at, line, stretch, measured: inMs(share), value: own ?? inMs(share), comparable: own !== null };
      }).filter((point) => point.value !== null);
    }
    return view;
  }

  const isOf = (mark, line) =>
    (mark.journey < 0 || mark.journey === line.journey) && (mark.step < 0 || mark.step === line.step) && (!mark.executor || mark.executor === line.executor);

  function wanted(id) {
    const form = document.querySelector(`.nights-filter[data-nights="${id}"]`);
    const picked = (name) => [...form.querySelectorAll(`[name=${name}]:checked`)].map((box) => box.value);
    const all = (name) => !form.querySelector(`[name=${name}]`);
    const chosen = (name) => form.querySelector(`[name=${name}]`)?.value ?? "";
    const [executors, users] = [picked("executor"), picked("users")];
    return {
      scale: picked("scale")[0],
      shows: (line) =>
        (chosen("journey") === "" || Number(chosen("journey")) === line.journey) &&
        (chosen("step") === "" || Number(chosen("step")) === line.step) &&
        (all("executor") || executors.includes(line.executor)) && (all("users") || users.includes(String(line.users))),
    };
  }

  function nights(place) {
    const view = viewOf(place);
    const { scale, shows } = wanted(place.dataset.nights);
    const groups = d3.groups(view.series.filter(shows), (line) => `${line.journey} ${line.step} ${line.executor}`);
    return groups.map(([, lines]) => {
      const [{ journey, step, executor }] = lines;
      const name = `${view.steps[step]}, ${NAMES[executor].toLowerCase()}${view.journeys.length > 1 ? ` · ${view.journeys[journey]}` : ""}`;
      return [name, (width) => panel(view, lines, scale, width, name)];
    });
  }

  function panel(view, lines, scale, width, name) {
    const isShare = scale === "share";
    const y = (line, value) => (isShare ? value / line.level - 1 : value);
    const points = lines.flatMap((line) => line.points.map((point) => ({ ...point, y: y(line, point.value) })));
    const bands = lines.flatMap((line) => line.bands.map(([first, last, low, high]) => ({ line, first, last, low: y(line, low), high: y(line, high) })));
    const breaks = d3.groups(view.breaks.filter((each) => isOf(each, lines[0])), (each) => each.at).map(([at, all]) => ({ at, why: all.map((each) => each.why).join("; ") }));
    const changes = view.changes.filter((each) => isOf(each, lines[0]));
    const colour = (each) => COLOURS[each.line.executor];
    const opacity = (each) => strength(lines, each.line);
    const reach = domain(points, bands, isShare);
    // The newest night is on the scale's edge where it is beyond it: nothing is drawn over other charts.
    const held = (point) => ({ ...point, y: Math.min(reach[1], Math.max(reach[0], point.y)) });
    const ends = lines.map((line) => points.findLast((point) => point.line === line)).filter(Boolean).map(held);
    const last = view.nights.length - 1;
    return plotted(
      {
        width, height: 172, marginLeft: 46, marginRight: 14, marginTop: 20, marginBottom: 24, clip: false,
        x: { domain: [-0.5, last + 0.5], ticks: marks(last, width), tickFormat: (at) => short(view.nights[at].night), label: null, tickSize: 3 },
        y: isShare
          ? { domain: reach, ticks: 5, tickFormat: (share) => `${share > 0 ? "+" : share < 0 ? "−" : "±"}${Math.abs(Math.round(100 * share))} %`, label: null, grid: true }
          : { type: "log", domain: reach, ticks: ticks(reach, 5), tickFormat: tick, label: null, grid: true },
        marks: [
          Plot.rect(bands, { x1: (band) => band.first - 0.5, x2: (band) => band.last + 0.5, y1: "low", y2: "high", fill: colour, fillOpacity: 0.6 / (lines.length + 3) + 0.02 }),
          Plot.ruleX(breaks, { x: (each) => each.at - 0.5, stroke: "var(--muted)", strokeDasharray: "3 3" }),
          Plot.ruleX(changes, { x: (each) => each.at - 0.5, stroke: (each) => (each.slower ? "var(--fail)" : "var(--pass)"), strokeWidth: 1.25 }),
          Plot.line(points.filter((point) => !point.comparable), { x: "at", y: "y", z: (point) => `${lines.indexOf(point.line)} ${point.stretch}`, stroke: "var(--muted)", strokeOpacity: 0.6, strokeWidth: 1, clip: true }),
          Plot.line(points.filter((point) => point.comparable), { x: "at", y: "y", z: (point) => `${lines.indexOf(point.line)} ${point.stretch}`, stroke: colour, strokeOpacity: opacity, strokeWidth: 1.5, clip: true }),
          Plot.dot(ends, { x: "at", y: "y", r: 2.6, fill: (point) => (point.comparable ? colour(point) : "var(--muted)"), fillOpacity: opacity }),
          Plot.dot(changes, { x: (each) => each.at - 0.5, frameAnchor: "top", dy: -9, r: 8, fill: (each) => (each.slower ? "var(--fail)" : "var(--pass)") }),
          Plot.text(changes, { x: (each) => each.at - 0.5, frameAnchor: "top", lineAnchor: "middle", dy: -9, text: (each) => `${each.number}`, fill: "var(--card)", fontWeight: 600, fontSize: 10 }),
          Plot.text(breaks, { x: (each) => each.at - 0.5, frameAnchor: "top", lineAnchor: "middle", dy: -9, text: () => "≠", fill: "var(--muted)", fontSize: 12 }),
          Plot.tip(points, Plot.pointer({ ...TIP, x: "at", y: "y", maxRadius: 60, title: (point) => told(view, point, breaks, changes) })),
        ],
      },
      spoken(view, lines, breaks, changes, name),
    );
  }

  // The ends of the scale: all bands, and all points but the oddest in a hundred.
  function domain(points, bands, isShare) {
    const values = points.map((point) => point.y).sort(d3.ascending);
    const inside = [d3.quantile(values, 0.005) ?? 0, d3.quantile(values, 0.995) ?? 1, ...bands.flatMap((band) => [band.low, band.high])];
    const [low, high] = d3.extent(inside);
    if (!isShare) return latencies([low, high]);
    const air = Math.max(0.02, 0.05 * (high - low));
    return [Math.min(low - air, -0.1), Math.max(high + air, 0.1)];
  }

  function marks(last, width) {
    const most = Math.max(2, Math.min(last + 1, Math.floor(width / 75)));
    return [...new Set(d3.range(most).map((at) => Math.round((at * last) / (most - 1))))];
  }

  const short = (night) => (/^\d{4}-\d\d-\d\d$/.test(night) ? night.slice(5) : night.length > 9 ? `${night.slice(0, 8)}…` : night);

  function told(view, point, breaks, changes) {
    const night = view.nights[point.at];
    const band = point.line.bands.find(([first, last]) => first <= point.at && point.at <= last);
    const change = changes.find((each) => each.at === point.at);
    const broken = breaks.find((each) => each.at === point.at);
    return [
      `${night.night}: ${night.verdict}${night.app ? `, app ${night.app}` : ""}`,
      `${label(point.line)}: ${ms(point.value)}${point.comparable && point.measured !== point.value ? ` (measured ${ms(point.measured)})` : ""}`,
      ...(band ? [`usual: ${ms(band[2])} to ${ms(band[3])}`] : []),
      ...(point.comparable ? [] : ["not comparable with the newest night"]),
      ...(change ? [`change ${change.number}: ${change.size}`] : []),
      ...(broken ? [`begins anew: ${broken.why}`] : []),
    ].join("\n");
  }

  function spoken(view, lines, breaks, changes, name) {
    const night = (at) => view.nights[at].night;
    const each = lines.map((line) => {
      const end = line.points.at(-1);
      const band = line.bands.at(-1);
      return `${label(line)}: ${end ? ms(end.value) : "nothing"} in the newest${band ? `, usual ${ms(band[2])} to ${ms(band[3])}` : ""}`;
    });
    const found = changes.map((change) => `change ${change.number} since ${night(change.at)}, ${change.size}`);
    const anew = breaks.map((place) => `begins anew on ${night(place.at)}, ${place.why}`);
    return `${name} over ${view.nights.length} nights. ${[...each, ...found, ...anew].join("; ")}.`;
  }

  Drawing.drawWhenSeen({ nights });
})();
