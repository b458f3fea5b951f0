"""What runs in each page and tells the script what the browser measures of it."""

from __future__ import annotations

REPORT = "__tandemReport"
"""The name under which the page finds the script's ear."""
LAST_WORDS = "dispatchEvent(new Event('__tandemLast'))"
"""What the script evaluates to hear at once what the page would tell in a moment."""

PAGE_SCRIPT = """
(() => {
  if (window !== window.top || typeof __tandemReport !== "function") {
    return;
  }
  const report = __tandemReport;
  const { setTimeout, JSON, performance } = window;
  const seen = [];
  let timer = 0;
  const tell = () => {
    timer = 0;
    if (seen.length) {
      report(JSON.stringify({
        document: performance.timeOrigin, // no two documents of a page have the same
        url: location.href,
        now: performance.now(),
        entries: seen.splice(0),
      }));
    }
  };
  const note = (entry) => {
    seen.push(entry);
    timer ||= setTimeout(tell, 50);
  };
  const watch = (type, read, options) => {
    try {
      const look = (list) => list.getEntries().forEach((entry) => note({ type, ...read(entry) }));
      new PerformanceObserver(look).observe({ type, buffered: true, ...options });
    } catch {
      // A browser that does not know this kind of entry.
    }
  };
  watch("paint", ({ name, startTime }) => ({ name, at: startTime }));
  watch("largest-contentful-paint", ({ startTime }) => ({ at: startTime }));
  watch("layout-shift", (entry) => ({
    at: entry.startTime,
    value: entry.hadRecentInput ? 0 : entry.value,
  }));
  const reaction = ({ startTime, duration, interactionId }) => ({
    at: startTime,
    value: duration,
    id: interactionId || 0,
  });
  watch("event", reaction, { durationThreshold: 16 });
  watch("first-input", reaction);
  watch("resource", (entry) => ({
    at: entry.startTime,
    value: entry.duration,
    url: entry.name,
    initiator: entry.initiatorType,
    wait: Math.max(0, entry.responseStart - entry.startTime),
    transferred: entry.transferSize,
    size: entry.decodedBodySize,
  }));
  const phases = () => {
    const [entry] = performance.getEntriesByType("navigation");
    return entry && {
      type: "navigation",
      at: 0,
      phases: {
        redirect: entry.redirectEnd,
        dns: entry.domainLookupEnd,
        connect: entry.connectEnd,
        request: entry.requestStart,
        ttfb: entry.responseStart,
        response: entry.responseEnd,
        dom_interactive: entry.domInteractive,
        dom_content_loaded: entry.domContentLoadedEventEnd,
        load: entry.loadEventEnd,
      },
    };
  };
  let navigated = false;
  const noteNavigation = () => {
    const entry = navigated ? undefined : phases();
    if (entry) {
      navigated = true;
      note(entry);
    }
  };
  const noteHidden = () => {
    if (document.visibilityState === "hidden") {
      note({ type: "hidden", at: performance.now() });
    }
  };
  noteHidden();
  document.addEventListener("visibilitychange", noteHidden);
  // The load event's own end is known only after it.
  addEventListener("load", () => setTimeout(noteNavigation), { once: true });
  addEventListener("__tandemLast", tell);
  addEventListener("pagehide", () => {
    noteNavigation();
    note({ type: "gone", at: performance.now() });
    tell();
  });
})();
"""
