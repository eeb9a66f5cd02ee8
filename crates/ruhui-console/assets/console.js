// Adds to pages that are complete without it: live updates, copying, shortcuts, countdowns, files that are dropped.
"use strict";

const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("ruhui", { createHTML: (text) => text })
  : { createHTML: (text) => text };
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Live updates: the stream says that something has changed; then the page is fetched again, and the regions marked `data-live` are replaced.
const page = { position: document.body.dataset.position, isPaused: false, missed: 0, isFetching: false, isStale: false, isOffline: false };
let stream = null;

function listen() {
  if (stream || page.isOffline || !one("[data-live]")) return;
  stream = new EventSource(`/live?from=${page.position}`);
  stream.addEventListener("error", disconnected);
  stream.addEventListener("change", (event) => {
    moveTo(event.data);
    if (page.isPaused) { page.missed += 1; showPause(); } else { refresh(); }
  });
}

// A position is the number of times that the log was emptied, and the newest number in it. Numbers of another state begin again.
function moveTo(position) {
  const [emptied, newest] = position.split("-").map(Number);
  const [emptiedBefore, newestBefore] = page.position.split("-").map(Number);
  if (emptied !== emptiedBefore || newest < newestBefore) one("#replaced").hidden = false;
  page.position = position;
}

// Tries again until the sandbox responds. It may have been started again: then the position is that of the page that it serves now.
function disconnected() {
  stream?.close();
  stream = null;
  page.isOffline = true;
  one("#offline").hidden = false;
  setTimeout(async () => {
    const fresh = await load().catch(() => null);
    if (!fresh) { disconnected(); return; }
    page.isOffline = false;
    one("#offline").hidden = true;
    moveTo(fresh.position);
    if (page.isPaused) { page.missed += 1; showPause(); } else { show(fresh); }
    if (!document.hidden) listen();
  }, 1000);
}

// A browser has six connections for a host, so a page that nobody sees gives its own back.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) { stream?.close(); stream = null; } else { listen(); }
});
// Some browsers report the connection that a navigation ends as an error.
window.addEventListener("pagehide", () => { stream?.close(); stream = null; });
window.addEventListener("pageshow", listen);

// Fetches this page as it is now.
async function load() {
  const response = await fetch(document.body.dataset.address, { headers: { Accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(policy.createHTML(await response.text()), "text/html");
  return { isThere: response.ok, fresh, position: fresh.body.dataset.position };
}

// Shows a page that was fetched.
function show({ isThere, fresh }) {
  if (!isThere) {
    // The thing of this page is gone: the page says so in place of its content.
    one("#content").replaceChildren(...one("#content", fresh).childNodes);
    return;
  }
  for (const region of all("[data-live]")) {
    const other = fresh.getElementById(region.id);
    if (other) update(region, other);
  }
  countDown();
}

async function refresh() {
  if (page.isFetching) { page.isStale = true; return; }
  page.isFetching = true;
  try {
    show(await load());
  } catch {
    // The stream notices that, too, and tries again.
  } finally {
    page.isFetching = false;
    if (page.isStale) { page.isStale = false; setTimeout(refresh, 200); }
  }
}

// Replaces the content of a region. Children with ids stay if they are the same, so focus and selection do.
function update(region, other) {
  if (region.innerHTML === other.innerHTML || region.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return;
  // Its rows are a region of their own.
  if (one("[data-live=rows]", region) && one("[data-live=rows]", other)) return;
  if (region.dataset.live !== "rows") { region.replaceChildren(...other.childNodes); return; }
  const known = new Map([...region.children].map((child) => [child.id, child]));
  const rows = [...other.children].map((row) => {
    const old = known.get(row.id);
    return old && old.innerHTML === row.innerHTML ? old : row;
  });
  const wanted = new Set(rows);
  for (const child of [...region.children]) if (!wanted.has(child)) child.remove();
  rows.forEach((row, index) => { if (region.children[index] !== row) region.insertBefore(row, region.children[index] ?? null); });
}

function showPause() {
  const button = one("[data-pause]");
  if (!button) return;
  button.setAttribute("aria-pressed", String(page.isPaused));
  button.textContent = page.isPaused ? `${button.dataset.resume}${page.missed ? ` (${page.missed})` : ""}` : button.dataset.pause;
}

// Choices: with keys, a choice changes at each key, so only a pointer's choice submits its form at once. A button does for keys.
let isPointed = false;
document.addEventListener("pointerdown", () => { isPointed = true; }, true);
document.addEventListener("keydown", () => { isPointed = false; }, true);

// The theme changes in place, so the focus stays.
function setTheme(choice) {
  document.documentElement.dataset.theme = choice.value;
  fetch(choice.form.action, { method: "POST", body: new URLSearchParams(new FormData(choice.form)), redirect: "manual" });
}

// Copying
let toastTimer = 0;
function toast(text) {
  one("#toast").textContent = text;
  one("#toast").classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => one("#toast").classList.remove("shown"), 1500);
}

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const source = one(copy.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      toast(document.body.dataset.copied);
    } catch {
      // Browsers have no clipboard for pages over HTTP from other machines: the text is selected, for the keys that copy.
      getSelection().selectAllChildren(source);
    }
  }
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) one(dismiss.dataset.dismiss).hidden = true;
  if (event.target.closest("[data-pause]")) {
    page.isPaused = !page.isPaused;
    if (!page.isPaused) { page.missed = 0; refresh(); }
    showPause();
  }
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-theme-switch]")) setTheme(event.target);
  if (event.target.matches("[data-submit]") && isPointed) event.target.form.requestSubmit();
  if (event.target.id === "shortcuts-on") localStorage.setItem("shortcuts", event.target.checked ? "on" : "off");
  // The programming language of snippets is kept for the next page.
  if (event.target.matches("[data-program]")) fetch("/preferences", { method: "POST", body: new URLSearchParams({ for: event.target.value }), redirect: "manual" });
});

// Shortcuts: links and buttons name theirs in `data-key`; rows are links marked `data-row`.
const areShortcutsOn = () => localStorage.getItem("shortcuts") !== "off";
one("#shortcuts-on").checked = areShortcutsOn();
function move(step) {
  const rows = all("[data-row]");
  const index = rows.indexOf(document.activeElement);
  rows[index < 0 ? 0 : Math.min(Math.max(index + step, 0), rows.length - 1)]?.focus();
}
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, select, textarea, dialog");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !areShortcutsOn()) return;
  const acts = {
    "/": () => one("[data-search]")?.focus(),
    "?": () => one("#shortcuts").showModal(),
    j: () => move(1),
    k: () => move(-1),
  };
  const act = acts[event.key] ?? (/^[a-z]$/.test(event.key) && one(`[data-key="${event.key}"]`) && (() => one(`[data-key="${event.key}"]`).click()));
  if (act) { event.preventDefault(); act(); }
});

// Countdowns: `data-seconds` of business time are left; the business clock of the page stands if `data-frozen` is set.
const loaded = performance.now();
function countDown() {
  for (const element of all("[data-seconds]")) {
    element.dataset.until ??= String((performance.now() - loaded) / 1000 + Number(element.dataset.seconds));
    if (element.dataset.frozen !== undefined) continue;
    const left = Math.max(0, Math.round(Number(element.dataset.until) - (performance.now() - loaded) / 1000));
    const pad = (number) => String(number).padStart(2, "0");
    element.textContent = `${pad(Math.floor(left / 60))}:${pad(left % 60)}`;
  }
}
setInterval(countDown, 1000);

// Files that are dropped on a text field go into the file field that it names, byte for byte.
for (const field of all("[data-drop]")) {
  field.addEventListener("dragover", (event) => event.preventDefault());
  field.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    one(field.dataset.drop).files = event.dataTransfer.files;
    field.form.requestSubmit();
  });
}
