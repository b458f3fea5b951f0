// The player page. Everything it shows comes from the API, and every test id from a track's name.
"use strict";

const DEBOUNCE_MS = 150;

const byTestId = (id) => document.querySelector(`[data-testid="${id}"]`);
const byId = (id) => document.getElementById(id);

const audio = byTestId("player-audio");
const playButton = byTestId("player-play");
const stopButton = byTestId("player-stop");

const favourites = new Map(); // by path
const changing = new Set(); // the paths whose favourite is being changed
let shown = []; // the entries of the result list
let session = null; // what the server opened for the picked track
let picks = 0;

async function call(method, path, content, signal) {
  const options = { method, signal };
  if (content !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(content);
  }
  const response = await fetch(path, options);
  if (!response.ok) {
    throw new Error(`${method} ${path} answered ${response.status}`);
  }
  return response.json();
}

function notice(text) {
  byId("notice").textContent = text;
}

// Search

let timer = 0;
let search = new AbortController();

function searchSoon() {
  clearTimeout(timer);
  timer = setTimeout(searchNow, DEBOUNCE_MS);
}

async function searchNow() {
  clearTimeout(timer);
  search.abort(); // only the latest answer counts
  search = new AbortController();
  const { signal } = search;
  const query = byId("query").value.trim();
  if (!query) {
    showResults([], "Type a few letters to search.");
    return;
  }
  try {
    const { data } = await call("GET", `/api/search?${new URLSearchParams({ q: query })}`, undefined, signal);
    showResults(data.results, "No track has that in its name.");
    notice("");
  } catch {
    if (!signal.aborted) {
      notice("The search failed. Please try again.");
    }
  }
}

function showResults(tracks, hint) {
  shown = tracks.map((track, index) => entryOf(track, index === 0));
  byId("results").replaceChildren(...shown.map((entry) => entry.item));
  byId("hint").textContent = hint;
  byId("hint").hidden = tracks.length > 0;
}

// One entry of the result list. The inside of the first one's buttons answers to "firstResult", so
// that a test can pick whatever comes first; a click there is a click on the button around it.
function entryOf(track, first) {
  const item = byId("entry").content.firstElementChild.cloneNode(true);
  const part = (role) => item.querySelector(`[data-role="${role}"]`);
  for (const role of ["track", "play", "favorite"]) {
    part(role).dataset.testid = `${role}-${track.name}`;
    if (first) {
      part(role).firstElementChild.dataset.testid = `${role}-firstResult`;
    }
  }
  item.querySelector(".title").textContent = track.display_name;
  item.querySelector(".artist").textContent = track.artist;
  part("play").setAttribute("aria-label", `Play ${track.display_name}`);
  part("favorite").setAttribute("aria-label", `Favourite ${track.display_name}`);
  part("track").addEventListener("click", () => pick(track));
  part("play").addEventListener("click", () => pickAndPlay(track));
  part("favorite").addEventListener("click", () => toggleFavourite(track));
  const entry = { item, track, heart: part("favorite") };
  showPressed(entry);
  return entry;
}

// Favourites

function showPressed({ track, heart }) {
  const pressed = String(favourites.has(track.sid_path));
  heart.setAttribute("aria-pressed", pressed);
  if (heart.firstElementChild.dataset.testid) {
    heart.firstElementChild.setAttribute("aria-pressed", pressed); // it answers for the button
  }
}

function showFavourites() {
  shown.forEach(showPressed);
  byId("no-favourites").hidden = favourites.size > 0;
  byId("favourites").replaceChildren(
    ...[...favourites.values()].map((track) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = track.display_name;
      button.addEventListener("click", () => pickAndPlay(track));
      item.append(button);
      return item;
    }),
  );
}

async function loadFavourites() {
  const { data } = await call("GET", "/api/favorites");
  data.favorites.forEach((track) => favourites.set(track.sid_path, track));
  showFavourites();
}

// The heart changes when the server has answered, and not before.
async function toggleFavourite(track) {
  const path = track.sid_path;
  if (changing.has(path)) {
    return;
  }
  changing.add(path);
  try {
    if (favourites.has(path)) {
      await call("DELETE", "/api/favorites", { sid_path: path });
      favourites.delete(path);
    } else {
      await call("POST", "/api/favorites", { sid_path: path });
      favourites.set(path, track);
    }
    showFavourites();
    notice("");
  } catch {
    notice("Your favourites could not be changed.");
  } finally {
    changing.delete(path);
  }
}

// Player

function showStatus(text) {
  byTestId("player-status").textContent = text;
}

// Opens a session for the track; returns whether it is still the one that is wanted.
async function pick(track) {
  const mine = ++picks;
  session = null;
  playButton.disabled = stopButton.disabled = true;
  audio.pause();
  showStatus("Opening…");
  byTestId("player-title").textContent = track.display_name;
  byTestId("player-artist").textContent = track.artist;
  try {
    const { data } = await call("POST", "/api/play", { sid_path: track.sid_path });
    if (mine !== picks) {
      return false;
    }
    session = data.session;
  } catch {
    if (mine === picks) {
      showStatus("This track could not be opened");
    }
    return false;
  }
  playButton.disabled = stopButton.disabled = false;
  showStatus("Ready");
  return true;
}

function play() {
  showStatus("Starting…");
  audio.src = session.streamUrls.wav.url;
  audio.play().catch((error) => {
    if (error.name !== "AbortError") { // another track was picked meanwhile
      showStatus("Stream failed");
    }
  });
}

function stop() {
  audio.pause();
  showStatus("Stopped");
}

async function pickAndPlay(track) {
  if (await pick(track)) {
    play();
  }
}

audio.addEventListener("playing", () => showStatus("Playing"));
audio.addEventListener("ended", () => showStatus("Stopped"));
audio.addEventListener("error", () => showStatus("Stream failed"));
playButton.addEventListener("click", play);
stopButton.addEventListener("click", stop);

byId("query").addEventListener("input", searchSoon);
byId("search").addEventListener("submit", (event) => {
  event.preventDefault();
  searchNow();
});

async function loadVersion() {
  byTestId("version").textContent = (await call("GET", "/api/version")).version;
}

loadVersion().catch(() => {
  byTestId("version").textContent = "unknown";
});
loadFavourites().catch(() => notice("Your favourites could not be loaded."));
