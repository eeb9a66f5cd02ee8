// Adds to the sheets of the components, which are complete without it: the bridge to the page that opened the sheet, live updates, and one
// request for two clicks.
"use strict";

const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("ruhui", { createHTML: (text) => text })
  : { createHTML: (text) => text };
const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const sheet = document.body.dataset;

// The bridge. The page is the window around the sheet, or the one that opened the sheet's window. It says `open`; if its origin is allowed,
// the sheet says `opened`, and at the end `return` or `close`, to that origin only. Every other message is ignored.
const page = window.parent === window ? window.opener : window.parent;
let origin = null;

// The sources of the content security policy: an origin, or one with `:*` for every port.
function isAllowed(candidate) {
  return [location.origin, ...sheet.origins.split(" ")].some((source) => {
    if (!source.endsWith(":*")) return candidate === source;
    const host = source.slice(0, -2);
    return candidate === host || candidate.startsWith(`${host}:`);
  });
}

function opened(event) {
  if (event.source !== page || event.data?.ruhui !== "open" || !isAllowed(event.origin)) return;
  origin = event.origin;
  for (const button of all("[data-return], [data-close]")) button.hidden = false;
  for (const text of all("[data-alone]")) text.hidden = true;
  page.postMessage({ ruhui: "opened" }, origin);
}

const close = () => { if (origin) page.postMessage({ ruhui: "close" }, origin); };
const back = () => { if (origin) page.postMessage({ ruhui: "return", extraData: JSON.parse(sheet.extraData) }, origin); };

if (page) {
  window.addEventListener("message", opened);
  // The origin of the page is unknown so far, and this message says nothing about the sheet.
  page.postMessage({ ruhui: "ready" }, "*");
}
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-return]")) back();
  if (event.target.closest("[data-close]")) close();
});
document.addEventListener("keydown", (event) => {
  // In an input method, Escape ends the composition.
  if (event.key === "Escape" && !event.isComposing && !event.defaultPrevented) close();
});

// Two clicks on a button send one request.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});

// Live updates: the stream says that something has changed; then the sheet is fetched again, and the regions marked `data-live` are replaced.
const WAIT = 1000;
let stream = null;
let isFetching = false;
let isStale = false;

function listen() {
  if (stream || document.hidden || !one("[data-live]")) return;
  stream = new EventSource(`/component/live?from=${sheet.position}`);
  stream.addEventListener("change", (event) => { sheet.position = event.data; refresh(); });
  stream.addEventListener("error", () => { leave(); setTimeout(reconnect, WAIT); });
}

// The sandbox may have been started again, with other positions: the sheet that it serves now has the right one.
async function reconnect() {
  if (document.hidden) return;
  if (await refresh()) listen(); else setTimeout(reconnect, WAIT);
}

function leave() {
  stream?.close();
  stream = null;
}

// Shows the sheet as it is now. Returns whether the sandbox has responded.
async function refresh() {
  if (isFetching) { isStale = true; return true; }
  isFetching = true;
  try {
    const response = await fetch(sheet.address, { headers: { Accept: "text/html" } });
    show(new DOMParser().parseFromString(policy.createHTML(await response.text()), "text/html"));
    return true;
  } catch {
    return false;
  } finally {
    isFetching = false;
    if (isStale) { isStale = false; setTimeout(refresh, 200); }
  }
}

function show(fresh) {
  const now = fresh.body.dataset;
  // A sheet of another kind, such as the card after the merchant has confirmed: the whole content is new.
  const isSame = document.title === fresh.title;
  const regions = isSame ? all("[data-live]") : [one("#content"), one("#returns")];
  if (!isSame) {
    document.title = fresh.title;
    one("h1").textContent = fresh.querySelector("h1").textContent;
  }
  for (const region of regions) {
    const other = fresh.getElementById(region.id);
    if (other && region.innerHTML !== other.innerHTML) replace(region, other);
  }
  if (now.extraData) sheet.extraData = now.extraData;
  if (now.position) sheet.position = now.position;
}

// Replaces the content of a region. What is being typed stays, and the focus stays on the element with the same id.
function replace(region, other) {
  const focused = region.contains(document.activeElement) ? document.activeElement : null;
  if (focused?.matches("input, select, textarea")) return;
  region.replaceChildren(...other.childNodes);
  if (focused) (document.getElementById(focused.id) ?? one("#content")).focus();
}

// A browser has six connections for a host, so a sheet that nobody sees gives its own back.
document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); else reconnect(); });
window.addEventListener("pagehide", leave);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of all("form")) delete form.dataset.sent;
  listen();
});

// The payment code: a form opens the component, so that a sheet which is only fetched spends no token. In WeChat, the launch opens it.
one("[data-submit]")?.requestSubmit();
