import http from "k6/http";
import { sleep } from "k6";

const BASE = __ENV.BASE_URL;
const PACING = __ENV.PACING_MS / 1000;
export const options = {
  scenarios: { ride: { executor: "per-vu-iterations", vus: __ENV.USERS, iterations: __ENV.ITERATIONS } },
  tags: { journey: "search-favorite" },
  systemTags: ["method", "name", "status", "expected_response", "error_code", "vu", "iter"],
  noCookiesReset: true,
  discardResponseBodies: true,
};

const track = JSON.stringify({ sid_path: "Test_Artist/Neon_Rain.sid" });
const get = (step, path) => [
  "GET", `${BASE}${path}`, null, { tags: { step, name: `GET ${path}` }, redirects: 0 },
];
const json = (step, name, more) => ({
  headers: { "Content-Type": "application/json" }, tags: { step, name }, redirects: 0, ...more,
});

export default function () {
  if (__ITER === 0) sleep(((__VU - 1) / __ENV.USERS) * PACING);
  http.request(...get("navigate-home", "/"));
  http.batch([get("navigate-home", "/static/app.css"), get("navigate-home", "/static/app.js")]);
  http.batch([get("navigate-home", "/api/version"), get("navigate-home", "/api/favorites")]);
  sleep(PACING);
  http.get(`${BASE}/api/search?q=neon%20rain`, {
    tags: { step: "search", name: "GET /api/search" }, redirects: 0,
  });
  sleep(PACING);
  const played = http.post(
    `${BASE}/api/play`, track, json("select-track-neon-rain", "POST /api/play", { responseType: "text" }),
  );
  sleep(PACING);
  const stream = played.json("data.session.streamUrls.wav.url");
  http.get(stream.startsWith("/") ? BASE + stream : stream, {
    headers: { Range: "bytes=0-" },
    tags: { step: "start-playback", name: "GET /api/streams/:id" }, redirects: 0,
  });
  sleep(PACING);
  http.post(`${BASE}/api/favorites`, track, json("favorite-on", "POST /api/favorites"));
  sleep(PACING);
  http.del(`${BASE}/api/favorites`, track, json("favorite-off", "DELETE /api/favorites"));
  sleep(PACING);
}
