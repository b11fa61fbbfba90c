// Pages work without this script. With it, charts are drawn, and a filter changes the page in place.
"use strict";

const dark = matchMedia("(prefers-color-scheme: dark)");
const drawn = new Set();
let latest = 0;
let shown = location.pathname + location.search;

function theme() {
  const chosen = JSON.parse(document.getElementById("themes").textContent)[dark.matches ? "dark" : "light"];
  // Where columns are narrow their slanted headings reach beyond the last one.
  return innerWidth < 640 ? { ...chosen, padding: { left: 0, top: 5, right: 20, bottom: 5 } } : chosen;
}

async function draw() {
  for (const result of drawn) result.finalize();
  drawn.clear();
  if (!window.vegaEmbed) return;
  for (const figure of document.querySelectorAll("figure[data-chart]")) await paint(figure);
}

async function paint(figure) {
  const place = figure.querySelector(".drawing");
  const spec = JSON.parse(figure.querySelector("script").textContent);
  try {
    // 'ast' evaluates expressions without building functions from text, which the page's policy forbids.
    const result = await vegaEmbed(place, spec, {
      ast: true, renderer: "svg", actions: false, defaultStyle: false, config: theme(),
      tooltip: { disableDefaultStyle: true, theme: dark.matches ? "dark" : "light" },
    });
    drawn.add(result);
    describe(place);
    if (figure.dataset.opens) opening(result.view, figure, place);
    place.classList.add("done");
  } catch (error) {
    place.textContent = "The chart could not be drawn; its figures are in the table.";
    console.error(error);
  }
}

// A drawing is one picture with a label, and the page has a table: read aloud mark by mark it would bury both. The
// renderer puts a label of its own in place of ours.
function describe(place) {
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", place.dataset.label);
  place.removeAttribute("aria-roledescription");
  place.querySelector("svg").setAttribute("aria-hidden", "true");
}

// A mark opens to the person that it is, or to the people behind its row; by keyboard and without script the table does.
function opening(view, figure, place) {
  const keys = figure.dataset.keys.split(" ").filter(Boolean);
  const target = (item) => {
    const row = item?.datum ?? {};
    if (figure.dataset.person && row.person_id) {
      const address = new URL(figure.dataset.person, location.href);
      address.pathname += `/${encodeURIComponent(row.person_id)}`;
      return address;
    }
    if (!keys.length || !keys.every((key) => key in row)) return null;
    const address = new URL(figure.dataset.opens, location.href);
    for (const key of keys) address.searchParams.set(`row.${key}`, row[key] ?? "");
    return address;
  };
  view.addEventListener("click", (event, item) => {
    const address = target(item);
    if (!address) return;
    waiting(true);
    location.assign(address);
  });
  view.addEventListener("mousemove", (event, item) => {
    place.style.cursor = target(item) ? "pointer" : "";
  });
}

// What takes long says that it is being worked on, in a corner, so that nothing moves. What comes at once says nothing.
let working;
function waiting(is) {
  clearTimeout(working);
  document.querySelector("main").setAttribute("aria-busy", is);
  const say = () => { document.getElementById("wait").textContent = is ? "Working it out …" : ""; };
  if (is) working = setTimeout(say, 400);
  else say();
}

// Files are saved, and the page stays as it is.
const FILE = /\.(csv|xlsx|ics|parquet|html|pdf)$/;
function leads(link, event) {
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return false;
  const address = new URL(link.href);
  const here = address.pathname === location.pathname && address.search === location.search;
  return address.origin === location.origin && !(here && address.hash) && !link.target
    && !FILE.test(address.pathname) && address.searchParams.get("format") !== "csv";
}

async function show(address, push) {
  const turn = ++latest;
  const main = document.querySelector("main");
  const focused = document.activeElement?.id;
  // How far a job is, is asked again and again, and said already.
  if (!document.querySelector("[data-job]")) waiting(true);
  let text;
  try {
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    text = await answer.text();
  } catch {
    location.assign(address); // the browser itself says best that there is no answer
    return;
  }
  if (turn !== latest) return;
  waiting(false);
  const next = new DOMParser().parseFromString(text, "text/html");
  main.replaceWith(next.querySelector("main"));
  document.title = next.title;
  if (push) history.pushState(null, "", address);
  shown = location.pathname + location.search;
  start();
  // Only now: what 'start' shows, such as the slider, could not be focused before.
  if (focused) document.getElementById(focused)?.focus();
  document.getElementById("said").textContent = document.title;
}

function addressOf(form) {
  const address = new URL(form.action, location.href);
  const said = [...new FormData(form)].filter(([, value]) => value !== "");
  address.search = new URLSearchParams(said);
  return address;
}

function slider(range) {
  const field = document.getElementById(range.dataset.field);
  const first = Date.parse(range.dataset.first);
  // A second day moves along, so that the period stays as long as it was.
  const also = document.getElementById(range.dataset.also);
  const length = also && Date.parse(field.value) - Date.parse(also.value);
  const word = (day) => day.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  range.closest("[hidden]")?.removeAttribute("hidden");
  const say = () => {
    const day = new Date(first + Number(range.value) * 86400000);
    field.value = day.toISOString().slice(0, 10);
    if (also) also.value = new Date(day - length).toISOString().slice(0, 10);
    range.setAttribute("aria-valuetext", word(day));
  };
  range.setAttribute("aria-valuetext", word(new Date(first + Number(range.value) * 86400000)));
  range.addEventListener("input", say);
}

function swap(form) {
  let wait;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(wait);
    show(addressOf(form), true);
  });
  form.addEventListener("change", () => {
    clearTimeout(wait);
    wait = setTimeout(() => form.requestSubmit(), 200);
  });
}

function watch(job) {
  setTimeout(() => job.isConnected && show(location.href, false), 700);
}

// What takes seconds is begun by its button, which is pressed here. Returns whether it was; where too much waits, not.
async function begin(form) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
  return answer?.type === "opaqueredirect";
}

async function press(form) {
  if (await begin(form) && form.isConnected) show(location.href, false);
}

// What takes long is asked for once the page is there.
async function load(place) {
  const answer = await fetch(place.dataset.load, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = found.querySelector("main form[data-begin]");
  if (form || answer.status === 202) { // it is still being worked out, or nobody has asked for it
    const soon = !form || await begin(form);
    if (form || found.querySelector("[data-job]")) setTimeout(() => place.isConnected && load(place), soon ? 1000 : 5000);
    return;
  }
  const part = found.querySelector("main [data-part], main .halves");
  if (!part || !place.isConnected) return;
  place.replaceWith(part);
  if (window.vegaEmbed) part.querySelectorAll("figure[data-chart]").forEach(paint);
}

// Figures of now move with the data, unless somebody is at work on the page: its focus, selection or parts are theirs.
async function follow() {
  const main = document.querySelector("main[data-turn]");
  const at = document.activeElement;
  const busy = main && ((at !== main && main.contains(at)) || main.querySelector("details[open]") || `${getSelection()}`);
  if (!main || busy || document.hidden) return;
  const asked = await fetch(main.dataset.follow).catch(() => null);
  if (!asked?.ok || String((await asked.json()).turn) === main.dataset.turn) return;
  const turn = latest;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
  const text = answer?.ok ? await answer.text() : "";
  const next = new DOMParser().parseFromString(text, "text/html").querySelector("main");
  if (!next || turn !== latest || !main.isConnected || main.contains(document.activeElement)) return;
  main.replaceWith(next);
  start();
}

// What arrives is shown as it does, until it is told to hold still.
function live(place) {
  const button = document.getElementById(place.dataset.pause);
  const held = () => button.getAttribute("aria-pressed") === "true";
  button.closest("[hidden]")?.removeAttribute("hidden");
  button.addEventListener("click", () => button.setAttribute("aria-pressed", !held()));
  const ask = async () => {
    if (!place.isConnected) return;
    if (!held() && !document.hidden && !place.contains(document.activeElement)) {
      const answer = await fetch(place.dataset.live, { headers: { accept: "text/html" } }).catch(() => null);
      const text = answer?.ok ? await answer.text() : "";
      const part = new DOMParser().parseFromString(text, "text/html").querySelector("main [data-part]");
      if (part && place.isConnected) place.replaceChildren(part);
    }
    setTimeout(ask, 2000);
  };
  setTimeout(ask, 2000);
}

// What a ladder would do is shown beside its form as that is filled in.
function trying(form) {
  const place = document.getElementById("tried");
  let wait, asked = 0;
  const ask = async () => {
    const turn = ++asked;
    place.setAttribute("aria-busy", "true");
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.tries, { method: "POST", body, headers: { accept: "text/html" } }).catch(() => null);
    const text = answer?.ok ? await answer.text() : "";
    const part = new DOMParser().parseFromString(text, "text/html").querySelector("main [data-part]");
    if (turn !== asked || !place.isConnected) return;
    place.removeAttribute("aria-busy");
    if (part) place.replaceChildren(part);
  };
  form.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(ask, 600);
  });
  ask();
}

function start() {
  document.querySelectorAll("[data-tries]").forEach(trying);
  document.querySelectorAll("[data-load]").forEach(load);
  document.querySelectorAll("form[data-swap]").forEach(swap);
  document.querySelectorAll("input[data-first]").forEach(slider);
  document.querySelectorAll("[data-job]").forEach(watch);
  document.querySelectorAll("main form[data-begin]").forEach(press);
  document.querySelectorAll("[data-live]").forEach(live);
  draw();
}

document.addEventListener("click", (event) => {
  if (leads(event.target.closest("a[href]"), event)) waiting(true);
});
// The key / leads to the search from anywhere but a field.
document.addEventListener("keydown", (event) => {
  const field = document.getElementById("everywhere");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !field) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  event.preventDefault();
  field.focus();
});
document.addEventListener("submit", (event) => event.defaultPrevented || waiting(true));
// A page that is come back to may be the very one that was left.
addEventListener("pageshow", (event) => event.persisted && waiting(false));

// A jump within the page, such as the skip link's, comes here too, and needs nothing.
addEventListener("popstate", () => location.pathname + location.search !== shown && show(location.href, false));
dark.addEventListener("change", draw);
setInterval(follow, 5000);
start();

// On a narrow screen the menu is one line that scrolls: it begins where the page stands in it.
for (const here of document.querySelectorAll(".top nav [aria-current]")) {
  const menu = here.parentElement;
  menu.scrollLeft = here.offsetLeft - menu.offsetLeft - (menu.clientWidth - here.offsetWidth) / 2;
}
