/* This storm: branches laid over each other with their ghosts, rivers side by side, and what the books say at the end.
   All of it is one course of luck, and says so. */
import { FLOW, lines, river } from "./charts.js";
import { h, put, s } from "./elements.js";
import { kindsOf } from "./debrief_tree.js";
import { clock, count, money, share, span, w } from "./words.js";

const LEDGER = "ledger.";
const SPARE = ["green", "vermillion", "orange", "purple", "sky", "grey", "blue", "black"];
const GHOSTS = ["nothing", "as_planned"];

/** A value with its unit, as it is said. */
export function amount(value, unit, currency) {
  if (unit === currency || unit === "money") return money(value, currency);
  if (unit === "share" || unit === "%") return share(value);
  if (unit === "s" || unit === "seconds") return span(value);
  const short = value !== null && Math.abs(value) < 10 ? Math.round(value * 100) / 100 + 0 : value;
  return Number.isInteger(short) || short === null || Math.abs(short) >= 10 ? count(short) : String(short);
}

/** Name of a branch or ghost. */
export function nameOf(room, id) {
  if (GHOSTS.includes(id)) return w(`debrief.${id}`);
  return room.tree.branches.find((branch) => branch.id === id)?.name ?? id;
}

/** Ids that have a series and are shown: branches in their order, then ghosts. */
export function drawn(room, shown) {
  const played = room.tree.branches.map((branch) => branch.id).filter((id) => shown.has(id));
  return [...played, ...GHOSTS.filter((id) => shown.has(id))].filter((id) => id in room.series);
}

const lastOf = (values) => { for (let index = values.length - 1; index >= 0; index -= 1) if (values[index] !== null) return values[index]; return null; };

function line(room, id, name) {
  const series = room.series[id], at = series.names.indexOf(name);
  return at < 0 ? null : { t0: series.t0, step: series.step, values: series.values[at], provisional_from: series.provisional_from ?? undefined };
}

/** Names of the lines that a picture can show: those of some series, in the order of the scenario's lines; no ledger. */
export const pictured = (room) => room.lines.filter(({ name }) => !name.startsWith(LEDGER) && Object.values(room.series).some((series) => series.names.includes(name)));

/** Unit and words of a scale: short, because they stand in the margin. */
function scaleOf({ unit }, currency) {
  if (unit === "s") return { unit: w("debrief.minutes"), format: (value) => count(value / 60) };
  if (unit === "share") return { format: share };
  return { unit: unit === "money" || unit === currency ? currency : "", format: (value) => (Math.abs(value) < 10 ? String(Math.round(value * 100) / 100) : money(value)) };
}

/** The overlay of one line over all that are shown, with a mark at each fork. */
export function showOverlay(host, room, shown, chosen) {
  const kind = kindsOf(room.tree.branches), about = room.lines.find(({ name }) => name === chosen);
  const all = about ? drawn(room, shown).flatMap((id) => { const found = line(room, id, chosen); return found ? [{ name: nameOf(room, id), kind: kind(id), ...found }] : []; }) : [];
  if (!all.length) return put(host, h("p", { class: "quiet" }, w("debrief.nothing_to_draw")));
  const { start, horizon_s: horizon } = room.scenario;
  const marks = room.tree.branches.filter((branch) => shown.has(branch.id) && branch.parent !== null).map((branch) => ({ t: branch.at, words: branch.name }));
  return put(host, lines({ title: about.title, width: Math.max(320, host.clientWidth), height: 260, from: 0, to: horizon, time: clock.axis(horizon, start), lines: all, marks,
    ...scaleOf(about, room.scenario.currency) }));
}

/** Bands of a river: every line of the ledger that moves somewhere, in the same colour for every branch. */
function bandsOf(room, id, moving) {
  const series = room.series[id];
  return moving.map(({ name, title, colour }) => ({ name: title, colour, values: series.values[series.names.indexOf(LEDGER + name)] ?? [] }));
}

function movingLines(room, ids) {
  const moves = (id, name) => room.series[id].values[room.series[id].names.indexOf(LEDGER + name)]?.some((value) => value);
  return room.ledger.filter(({ name }) => ids.some((id) => moves(id, name))).map((about, index) => ({ ...about, colour: FLOW[about.name] ?? SPARE[index % SPARE.length] }));
}

/** How far the stacked bands reach up and down. */
function reach(bands) {
  const many = Math.max(...bands.map(({ values }) => values.length)), sums = (side) => Array.from({ length: many }, (_, index) => bands.reduce((sum, { values }) => sum + Math[side](values[index] ?? 0, 0), 0));
  return { low: Math.min(0, ...sums("min")), high: Math.max(0, ...sums("max")) };
}

/** A river for each that is shown, side by side on the same days and the same scale. */
export function showRivers(host, room, shown) {
  const { start, horizon_s: horizon, currency } = room.scenario, ids = drawn(room, shown), moving = movingLines(room, ids);
  if (!moving.length) return put(host, h("p", { class: "quiet" }, w(room.state?.xray ? "debrief.no_river" : "debrief.river_in_fog")));
  const rivers = ids.map((id) => ({ id, bands: bandsOf(room, id, moving) }));
  const reached = rivers.map(({ bands }) => reach(bands));
  const low = Math.min(...reached.map((one) => one.low)), high = Math.max(...reached.map((one) => one.high));
  const width = host.clientWidth >= 700 && ids.length > 1 ? (host.clientWidth - 12) / 2 : Math.max(320, host.clientWidth);
  return put(host, h("ul", { class: "colours" }, moving.map(({ title, colour }) => h("li", {}, s("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" }, s("rect", { class: `fill-${colour}`, width: 14, height: 14 })), title))),
    h("div", { class: "rivers" }, rivers.map(({ id, bands }) => river({ title: `${nameOf(room, id)} (${currency})`, width, height: 200, time: clock.axis(horizon, start), from: 0, to: horizon,
      t0: room.series[id].t0, step: room.series[id].step, bands, low, high, money: (value) => money(value), labels: false }))));
}

/** What stood in the books of each branch where it ended. */
export function showBooks(host, room, shown) {
  const ids = drawn(room, shown);
  const kept = room.lines.filter(({ xray, name }) => xray && ids.some((id) => room.series[id].names.includes(name)));
  if (!ids.length || !kept.length) return put(host);
  const moving = kept.filter(({ name }) => ids.some((id) => lastOf(line(room, id, name)?.values ?? [])));
  const rows = moving.map(({ name, title, unit }) => h("tr", {}, h("th", { scope: "row" }, title), ids.map((id) => {
    const found = line(room, id, name);
    return h("td", { class: "number" }, found ? amount(lastOf(found.values), unit, room.scenario.currency) : "–");
  })));
  return put(host, h("div", { class: "wide", tabindex: 0, role: "region", "aria-label": w("debrief.books") }, h("table", { class: "plain" },
    h("caption", { class: "quiet" }, w("debrief.books")),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, w("debrief.line")), ids.map((id) => h("th", { scope: "col", class: "number" }, nameOf(room, id))))),
    h("tbody", {}, rows))));
}
