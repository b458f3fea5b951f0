import http from "k6/http";
import { sleep } from "k6";

const BASE = __ENV.BASE_URL;
const PACING = __ENV.PACING_MS / 1000;
export const options = {
  scenarios: { ride: { executor: "per-vu-iterations", vus: __ENV.USERS, iterations: __ENV.ITERATIONS } },
  tags: { journey: "play-start-stream" },
  systemTags: ["method", "name", "status", "expected_response", "error_code", "vu", "iter"],
  noCookiesReset: true,
  discardResponseBodies: true,
};

const get = (step, path) => [
  "GET", `${BASE}${path}`, null, { tags: { step, name: `GET ${path}` }, redirects: 0 },
];

export default function () {
  if (__ITER === 0) sleep(((__VU - 1) / __ENV.USERS) * PACING);
  http.request(...get("navigate-home", "/"));
  http.batch([get("navigate-home", "/static/app.css"), get("navigate-home", "/static/app.js")]);
  http.batch([get("navigate-home", "/api/version"), get("navigate-home", "/api/favorites")]);
  sleep(2 * PACING);
  http.get(`${BASE}/api/search?q=ambient`, {
    tags: { step: "type-search-input", name: "GET /api/search" }, redirects: 0,
  });
  sleep(2 * PACING);
  const played = http.post(`${BASE}/api/play`, JSON.stringify({ sid_path: "Test_Artist/Ambient_Dream.sid" }), {
    headers: { "Content-Type": "application/json" },
    tags: { step: "select-track-ambient-dream", name: "POST /api/play" },
    redirects: 0, responseType: "text",
  });
  sleep(PACING);
  const stream = played.json("data.session.streamUrls.wav.url");
  http.get(stream.startsWith("/") ? BASE + stream : stream, {
    headers: { Range: "bytes=0-" },
    tags: { step: "start-playback", name: "GET /api/streams/:id" }, redirects: 0,
  });
  sleep(PACING);
}
