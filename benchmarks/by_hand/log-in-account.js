import http from "k6/http";
import { sleep } from "k6";

const BASE = __ENV.BASE_URL;
const PACING = __ENV.PACING_MS / 1000;
export const options = {
  scenarios: { ride: { executor: "per-vu-iterations", vus: __ENV.USERS, iterations: __ENV.ITERATIONS } },
  tags: { journey: "log-in-account" },
  systemTags: ["method", "name", "status", "expected_response", "error_code", "vu", "iter"],
  noCookiesReset: true,
  discardResponseBodies: true,
};

const tags = (step, name) => ({ tags: { step, name }, redirects: 0 });

export default function () {
  if (__ITER === 0) sleep(((__VU - 1) / __ENV.USERS) * PACING);
  const page = http.get(`${BASE}/login`, { ...tags("open-login", "GET /login"), responseType: "text" });
  const csrf_token = page.html("input[name='csrf_token']").first().attr("value");
  http.get(`${BASE}/static/app.css`, tags("open-login", "GET /static/app.css"));
  sleep(3 * PACING);
  const form = { csrf_token, username: "alice", password: "demo" };
  http.post(`${BASE}/login`, form, tags("submit", "POST /login"));
  http.get(`${BASE}/account`, { ...tags("submit", "GET /account"), responseType: "text" });
  http.get(`${BASE}/static/app.css`, tags("submit", "GET /static/app.css"));
  sleep(2 * PACING);
}
