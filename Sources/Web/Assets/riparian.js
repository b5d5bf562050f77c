// What a page gains where scripts run: it follows its node, and its hydrograph can be read point by point. Without scripts
// every page shows and does the same.
const root = document.documentElement;
const words = document.body.dataset;

// ---- A form that was sent after the session had ended: what was typed comes back after signing in ------------------------
const sent = JSON.parse(sessionStorage.getItem("sent") || "null");
if (location.pathname === "/sign-in") {
  if (sent) sessionStorage.setItem("sent", JSON.stringify({ ...sent, asked: true }));
} else {
  const isHere = sent?.asked && sent.path === location.pathname;
  if (!sent?.asked || isHere) sessionStorage.removeItem("sent");
  const form = isHere && document.getElementById(sent.form);
  if (form) {
    for (const field of form.elements) {
      const values = sent.fields.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (field.type !== "hidden" && field.type !== "file" && values.length) field.value = values[0];
    }
    form.closest("details")?.setAttribute("open", "");
    const unsaved = document.getElementById("unsaved");
    if (unsaved) { unsaved.hidden = false; form.before(unsaved); }
    (unsaved || form).scrollIntoView();
  }
  // A second click while the answer is on its way sends nothing more.
  document.addEventListener("submit", (event) => {
    const { target } = event;
    if (target.method !== "post") return;
    if (target.dataset.sent === "yes") { event.preventDefault(); return; }
    target.dataset.sent = "yes";
    setTimeout(() => { delete target.dataset.sent; }, 10000);
  });
  window.addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });
  document.addEventListener("submit", ({ target }) => {
    if (target.method !== "post" || !target.id || !target.closest("#content")) return;
    const fields = [...new FormData(target)].filter(([name, value]) => typeof value === "string" && name !== "key" && name !== "code");
    try { sessionStorage.setItem("sent", JSON.stringify({ form: target.id, path: location.pathname, fields })); } catch { sessionStorage.removeItem("sent"); }
  });
}

// ---- Following the node -------------------------------------------------------------------------------------------------
let isStale = false;
let isFetching = false;
let lastContact = Date.now();

/** Whether somebody is in the middle of something that a new page would take away. */
function isBusy() {
  const active = document.activeElement;
  const form = active && active.closest("#content form");
  const edited = [...document.querySelectorAll("#content input, #content textarea, #content select")].some(
    (field) => field.type !== "hidden" && field.type !== "submit" && field.dataset.touched === "yes" && !field.closest(".cursor"));
  return Boolean(form && active.matches("input, textarea, select")) || edited || Boolean(String(getSelection()));
}

/** Parts that a new page has again are known by what they are and lead to, not by their words, which may have changed. */
function kin(part) {
  return [...document.querySelectorAll(part.localName)].filter((other) =>
    ["href", "name", "class"].every((key) => other.getAttribute(key) === part.getAttribute(key)));
}

/** What has the focus, so that it can be found in the page that comes. */
function focused() {
  const part = document.activeElement;
  if (!part || part === document.body) return null;
  return part.id ? { part, find: () => document.getElementById(part.id) }
    : { part, find: ((index) => () => kin(part)[index])(kin(part).indexOf(part)) };
}

/** Where a person has opened and scrolled what is about to be exchanged. */
function places() {
  return {
    open: [...document.querySelectorAll("details")].map((part) => part.open),
    scroll: [...document.querySelectorAll(".scroll")].map((part) => [part.scrollLeft, part.scrollTop]),
    focus: focused(),
    cursor: document.querySelector(".cursor input")?.value,
  };
}

function restore(kept) {
  document.querySelectorAll("details").forEach((part, index) => { if (index in kept.open) part.open = kept.open[index]; });
  document.querySelectorAll(".scroll").forEach((part, index) => {
    if (kept.scroll[index]) [part.scrollLeft, part.scrollTop] = kept.scroll[index];
  });
  if (kept.focus && document.activeElement !== kept.focus.part) kept.focus.find()?.focus({ preventScroll: true });
}

async function follow() {
  if (isFetching || document.hidden || isBusy()) { isStale = true; return; }
  isFetching = true;
  isStale = false;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html", "riparian-follow": "1" }, redirect: "manual" });
    if (answer.type === "opaqueredirect") { location.reload(); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const kept = places();
    for (const part of ["#content", ".clock", "header .state"]) {
      const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
      if (!old || !fresh || old.innerHTML === fresh.innerHTML) continue;
      // What a script has built stays, in the place that the new page has for it.
      old.querySelectorAll("[data-keep]").forEach((kept) => fresh.querySelector("#" + kept.id)?.replaceWith(kept));
      old.replaceChildren(...fresh.childNodes);
    }
    document.dispatchEvent(new Event("followed"));
    document.title = page.title;
    readHydrographs(kept.cursor);
    restore(kept);
    heard();
  } catch { /* said by the line below when it lasts */ } finally { isFetching = false; }
}

function heard() { lastContact = Date.now(); }

function watch() {
  const address = root.dataset.changes;
  if (!address || !window.EventSource) return;
  let source;
  const listen = () => {
    source = new EventSource(address);
    source.addEventListener("change", () => { heard(); follow(); });
    source.addEventListener("open", () => { heard(); if (isStale) follow(); });
    source.onmessage = heard;
  };
  if (!document.hidden) listen();
  // A page that is left may be kept for the way back, and a hidden one does not follow. Their streams would hold lines to the
  // node, of which a browser has six.
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) { listen(); follow(); } });
  const lost = document.querySelector(".lost");
  setInterval(() => {
    if (source?.readyState === EventSource.OPEN) heard();
    const silent = Math.round((Date.now() - lastContact) / 1000);
    lost.hidden = silent < 10;
    if (!lost.hidden) lost.textContent = words.lost.replace("{seconds}", silent);
    if (isStale) follow();
  }, 1000);
  document.addEventListener("visibilitychange", () => {
    source?.close();
    if (!document.hidden) { heard(); listen(); follow(); }
  });
  document.addEventListener("input", (event) => { event.target.dataset.touched = "yes"; });
  document.addEventListener("submit", () => source?.close());
}

// ---- Reading a hydrograph point by point --------------------------------------------------------------------------------
/** Bands that a person has put away; a new page of the node keeps them away. */
const hidden = new Set();

/** Hours of both zones, or of one of them. */
function chooseZone(box, texts) {
  const label = box.appendChild(document.createElement("label"));
  label.append(texts.zonesLabel + " ");
  const choice = label.appendChild(document.createElement("select"));
  [texts.both, ...texts.zones.split("|")].forEach((text, index) => choice.add(new Option(text, String(index))));
  choice.value = root.dataset.zone ?? "0";
  choice.addEventListener("change", () => { root.dataset.zone = choice.value; });
}

function readHydrographs(start) {
  document.querySelectorAll(".graph").forEach((graph) => {
    const [svg, data] = [graph.querySelector("svg.hydrograph"), graph.querySelector(".steps")];
    if (!svg || !data || graph.querySelector(".cursor")) return;
    const steps = JSON.parse(data.textContent);
    if (steps.length === 0) return;
    const line = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "line"));
    const [top, bottom] = data.dataset.span.split(" ");
    for (const [name, value] of [["y1", top], ["y2", bottom], ["class", "h-cursor"], ["stroke", "#0b5394"]]) line.setAttribute(name, value);
    const box = graph.appendChild(document.createElement("div"));
    box.className = "cursor";
    const label = box.appendChild(document.createElement("label"));
    label.append(data.dataset.label);
    const slider = label.appendChild(document.createElement("input"));
    Object.assign(slider, { type: "range", min: 0, max: steps.length - 1, value: start ?? data.dataset.now });
    const words = box.appendChild(document.createElement("output"));
    const show = (index) => {
      const [x, text] = steps[index];
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
      slider.setAttribute("aria-valuetext", text);
      words.textContent = text;
    };
    slider.addEventListener("input", () => show(Number(slider.value)));
    svg.addEventListener("pointermove", (event) => {
      const x = (event.clientX - svg.getBoundingClientRect().left) * svg.viewBox.baseVal.width / svg.getBoundingClientRect().width;
      let nearest = 0;
      steps.forEach((step, index) => { if (Math.abs(step[0] - x) < Math.abs(steps[nearest][0] - x)) nearest = index; });
      slider.value = nearest;
      show(nearest);
    });
    for (const [band, text] of [["h-90", data.dataset.ninety], ["h-50", data.dataset.half]]) {
      const choice = box.appendChild(document.createElement("label"));
      const mark = choice.appendChild(document.createElement("input"));
      Object.assign(mark, { type: "checkbox", checked: !hidden.has(band) });
      choice.append(" " + text);
      const draw = () => svg.querySelectorAll("." + band).forEach((part) => { part.style.display = mark.checked ? "" : "none"; });
      mark.addEventListener("change", () => { if (mark.checked) hidden.delete(band); else hidden.add(band); draw(); });
      draw();
    }
    if (data.dataset.zones) chooseZone(box, data.dataset);
    show(Number(slider.value));
  });
}

readHydrographs();
watch();
