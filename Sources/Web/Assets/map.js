// A map that can be moved and enlarged, in the place of the drawing that the server makes; on paper and without scripts the
// drawing stands. Lines and marks are the node's own: no tile is fetched.
const box = document.getElementById("movable");

/** A mark of a place as the page has it: {at, name, value, says, mark, page}. */
function readMarks() {
  return JSON.parse(document.getElementById("marks").textContent);
}

function addStyle(address) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: address, onload: resolve, onerror: reject });
    document.head.append(link);
  });
}

/** What opens at a mark; texts stay texts. */
function card(mark) {
  const part = document.createElement("div");
  const name = part.appendChild(document.createElement("strong"));
  name.textContent = mark.name;
  const says = part.appendChild(document.createElement("p"));
  says.textContent = mark.says;
  if (mark.page) {
    const link = part.appendChild(document.createElement("a"));
    link.href = mark.page;
    link.textContent = box.dataset.open;
  }
  return part;
}

function label(mark) {
  const part = document.createElement("span");
  const name = part.appendChild(document.createElement("b"));
  name.textContent = mark.name;
  if (mark.value) part.append(" " + mark.value);
  return part;
}

/** Names stand where there is room beside every mark; those of the worst places first. */
function placeNames(map, layers) {
  const taken = layers.map((layer) => {
    const at = map.latLngToContainerPoint(layer.getLatLng());
    return { left: at.x - 7, right: at.x + 7, top: at.y - 7, bottom: at.y + 7 };
  });
  const isFree = (room) => taken.every((other) =>
    room.left > other.right || room.right < other.left || room.top > other.bottom || room.bottom < other.top);
  for (const layer of layers) {
    layer.openTooltip();
    const at = map.latLngToContainerPoint(layer.getLatLng());
    const size = layer.getTooltip().getElement()?.getBoundingClientRect();
    if (!size) continue;
    const [top, bottom] = [at.y - size.height / 2, at.y + size.height / 2];
    const sides = { right: { left: at.x + 8, right: at.x + 12 + size.width, top, bottom },
      left: { left: at.x - 12 - size.width, right: at.x - 8, top, bottom } };
    const side = Object.keys(sides).find((name) => isFree(sides[name]));
    layer.closeTooltip();
    if (!side) continue;
    taken.push(sides[side]);
    Object.assign(layer.getTooltip().options, { direction: side, offset: [side === "right" ? 8 : -8, 0] });
    layer.openTooltip();
  }
}

async function start() {
  const [library, answer] = await Promise.all([import(box.dataset.code), fetch(box.dataset.lines), addStyle(box.dataset.style)]);
  const L = library.default ?? library;
  const lines = await answer.json();
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  box.hidden = false;
  const map = L.map(box, {
    zoomControl: false, attributionControl: false, minZoom: 4, maxZoom: 14, zoomSnap: 0.5, scrollWheelZoom: false,
    zoomAnimation: !isCalm, markerZoomAnimation: !isCalm,
    fadeAnimation: false,  // names that are put away are gone at once
  });
  box.setAttribute("role", "application");
  box.setAttribute("aria-label", box.dataset.label);
  L.control.zoom({ zoomInTitle: box.dataset.nearer, zoomOutTitle: box.dataset.farther }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  // A wheel moves the page until somebody has turned to the map.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  L.geoJSON(lines, { interactive: false, style: { className: "r-water", weight: 1.8, fill: false, color: null } }).addTo(map);

  /** A mark on the map: what stands already stays the same part of the page, so that the focus stays on it. */
  const put = (mark, rank, old) => {
    const icon = () => L.divIcon({ className: "place", html: mark.mark, iconSize: [24, 24] });
    const layer = old ?? L.marker(mark.at, { icon: icon(), name: mark.name }).bindPopup("")
      .bindTooltip("", { permanent: true, direction: "right", offset: [8, 0], className: "place-name" }).addTo(map);
    layer.setLatLng(mark.at).setZIndexOffset(rank).setTooltipContent(label(mark)).setPopupContent(card(mark));
    const element = layer.getElement();
    if (old) element.innerHTML = mark.mark;
    Object.assign(element, { id: "place " + mark.name, title: mark.says });
    element.setAttribute("aria-label", mark.says);
    element.setAttribute("role", "button");
    return layer;
  };
  let layers = [];
  const draw = () => {
    const marks = readMarks();
    const open = layers.find((layer) => layer.isPopupOpen())?.options.name;
    const isSame = marks.length === layers.length && marks.every((mark, index) => mark.name === layers[index].options.name);
    if (!isSame) layers.forEach((layer) => layer.remove());
    layers = marks.map((mark, index) => put(mark, 100 * (marks.length - index), isSame ? layers[index] : undefined));
    if (!isSame) layers.find((layer) => layer.options.name === open)?.openPopup();
    placeNames(map, layers);
  };
  const whole = () => map.fitBounds(L.latLngBounds(readMarks().map((mark) => mark.at)), { padding: [30, 30] });
  const all = L.control({ position: "topleft" });
  all.onAdd = () => {
    const button = L.DomUtil.create("button", "whole");
    Object.assign(button, { type: "button", textContent: box.dataset.whole });
    L.DomEvent.disableClickPropagation(button);
    button.addEventListener("click", whole);
    return button;
  };
  all.addTo(map);
  whole();
  draw();
  map.on("zoomend moveend", () => placeNames(map, layers));
  document.addEventListener("followed", draw);
}

if (box) start().catch((error) => {
  console.error("the map stays a drawing:", error);
  box.remove();
});
