"use strict";
// What the charts of all pages have in common: colours, words, scales, and drawing when it is
// looked at. Without scripts every page still has its figures in tables.
const Drawing = (() => {
  const COLOURS = { playwright: "var(--browser)", k6: "var(--k6)" };
  const NAMES = { playwright: "Browser", k6: "Protocol" };
  const BODY = { color: "var(--ink)", background: "none", fontFamily: "inherit", fontSize: "11px", overflow: "visible" };
  const TIP = { fill: "var(--card)", stroke: "var(--line)", fontSize: 12, textPadding: 8 };

  const data = () => JSON.parse(document.getElementById("chart-data").textContent);
  const isOn = (id) => document.getElementById(id)?.checked ?? true;
  const isShown = (cell) => isOn(`executor-${cell.executor}`) && isOn(`users-${cell.users}`);
  const many = (n) => `${n} ${n === 1 ? "user" : "users"}`;
  const label = (cell) => `${NAMES[cell.executor]}, ${many(cell.users)}`;
  const ms = (value) => {
    if (value === null || value === undefined) return "—";
    const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return `${value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replaceAll(",", " ")} ms`;
  };

  // The more users, the stronger the line: executors differ in hue, users in strength.
  function strength(cells, cell) {
    const all = cells.filter((each) => each.executor === cell.executor);
    return all.length < 2 ? 0.9 : 0.5 + (0.5 * all.indexOf(cell)) / (all.length - 1);
  }

  // The ends of a logarithmic scale that holds all values, with some air.
  function latencies(values, air = 1.15) {
    const found = values.filter((value) => value > 0);
    if (!found.length) return [1, 10];
    const [low, high] = [Math.min(...found), Math.max(...found)];
    return high / low < 3 ? [low / 1.6, high * 1.6] : [low / air, high * air];
  }

  // Marks of a logarithmic scale: 1, 10, 100; with 2 and 5 between where they are few.
  function ticks([low, high], most) {
    const all = [];
    for (let power = -3; power < 7; power++) for (const digit of [1, 2, 5]) all.push(digit * 10 ** power);
    const inside = all.filter((value) => low <= value && value <= high);
    return inside.length <= most ? inside : inside.filter((value) => Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6));
  }
  const tick = (value) => (value >= 1000 ? `${value / 1000} s` : `${value} ms`);

  function plotted(options, said) {
    const svg = Plot.plot({ style: BODY, ariaLabel: said, ...options });
    svg.setAttribute("role", "img");
    // Plot names its groups for screen readers, to which the picture is one thing with one text.
    for (const group of svg.querySelectorAll("g[aria-label]")) {
      group.dataset.mark = group.getAttribute("aria-label");
      group.removeAttribute("aria-label");
    }
    return svg;
  }

  function shortened(text, most) {
    if (text.length <= most) return text;
    const tail = Math.floor((most - 1) / 2);
    return `${text.slice(0, most - 1 - tail)}…${text.slice(text.length - tail)}`;
  }

  // What a box of the filter hides while it is not checked is hidden by a class of the root.
  function followFilter() {
    const boxes = [...document.querySelectorAll(".filter input[id]")];
    const say = () => { for (const box of boxes) document.documentElement.classList.toggle(`off-${box.id}`, !box.checked); };
    say();
    addEventListener("change", say, true);  // before charts are drawn at the new widths
  }

  const MOST_AT_REST = 200;
  const whenAtRest = self.requestIdleCallback ?? ((work) => setTimeout(work, 50));

  // Draw each place with the panels that its page says (name and what draws it at a width): what is
  // near at once, the others when nothing else is to do; and again when width or filter change.
  function drawWhenSeen(charts) {
    followFilter();
    const all = [...document.querySelectorAll("[data-chart]")].filter((place) => place.dataset.chart in charts);
    const drawn = new Map();
    const filter = () => [...document.querySelectorAll(".filter :is(input, select)")].map((each) => (each.matches("select") ? each.value : Number(each.checked))).join();

    const stale = (places, now = filter()) => places.map((place) => [place, `${place.clientWidth} ${now}`])
      .filter(([place, key]) => place.clientWidth && drawn.get(place) !== key);

    // Look, then change, then look, then change: the page is laid out twice, however many there are.
    function draw(places) {
      const panels = stale(places).flatMap(([place, key]) => {
        drawn.set(place, key);
        const mine = charts[place.dataset.chart](place).map(([name, drawing]) => [framed(name), drawing]);
        place.replaceChildren(...mine.map(([frame]) => frame));
        if (!mine.length) place.textContent = place.dataset.empty ?? "Nothing of what is selected was measured.";
        return mine;
      });
      const widths = panels.map(([frame]) => frame.clientWidth);
      panels.forEach(([frame, drawing], at) => frame.append(drawing(widths[at])));
    }

    function framed(name) {
      const frame = document.createElement("div");
      const title = document.createElement("h4");
      title.textContent = name;
      frame.append(title);
      return frame;
    }

    const near = new Set();
    const watch = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) {
        if (isIntersecting) near.add(target);
        else near.delete(target);
      }
      draw(seen.filter((each) => each.isIntersecting).map((each) => each.target));
    }, { rootMargin: "400px" });
    // A page of a great many charts keeps to those that are looked at.
    let resting = false;
    function rest() {
      if (resting || all.length > MOST_AT_REST) return;
      resting = true;
      whenAtRest(() => {
        resting = false;
        const [next] = stale(all);
        if (!next) return;
        draw([next[0]]);
        rest();
      });
    }
    const again = () => { draw([...near]); rest(); };
    // What is on the screen at once is drawn at once: whoever takes a picture of the page does not wait.
    draw(all.filter((place) => place.getBoundingClientRect().top < innerHeight));
    for (const place of all) {
      if (!drawn.has(place)) place.replaceChildren();  // it says that scripts do not run
      watch.observe(place);
    }
    rest();
    for (const form of document.querySelectorAll(".filter")) form.addEventListener("change", again);
    let waiting = 0;
    addEventListener("resize", () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(again); });
    addEventListener("beforeprint", () => draw(all));
  }

  return { COLOURS, NAMES, TIP, data, drawWhenSeen, isOn, isShown, label, latencies, many, ms, plotted, shortened, strength, tick, ticks };
})();
