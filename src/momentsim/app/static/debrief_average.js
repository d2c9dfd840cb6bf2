/* On average over many storms: differences with their intervals, the score with shared places, what an hour of waiting
   costs. The server makes the sentences; what cannot be told apart is said, not ranked. */
import { bars, lines } from "./charts.js";
import { amount, nameOf } from "./debrief_storm.js";
import { h, put } from "./elements.js";
import { clock, count, money, w } from "./words.js";

const NUMBERS = new Set(["points", "interval"]);

/** "11 of 20 storms", with a bar; nothing once all are in. */
export function progress({ done, of }, words) {
  if (done >= of) return null;
  return h("p", { class: "row" }, h("progress", { max: of, value: done, "aria-label": words }), h("span", { class: "number" }, w("debrief.storms_done", { done, of })));
}

/** How a branch differs: the difference with its word and interval; that it cannot be told; or that it is the same. */
function difference({ text, words, interval }) {
  if (words === "same") return h("span", { class: "difference quiet" }, w("debrief.same"));
  const isUnsure = words === "can't tell";
  const said = isUnsure ? w("debrief.cannot_tell") : text || words;
  return [said && h("span", { class: isUnsure ? "difference quiet" : "difference" }, said), interval && h("span", { class: "difference quiet" }, interval)];
}

/** The mean of a branch, below it how it differs, below that the storm that was played. */
function cell(found, unit, currency) {
  if (!found) return h("td", {}, "–");
  const level = found.value === null || found.value === undefined ? "" : found.value_text || amount(found.value, unit, currency);
  const once = found.this_storm ?? null;
  return h("td", { class: "number" }, level && h("b", {}, level), difference(found),
    once !== null && h("span", { class: "once" }, w("debrief.once", { value: amount(once, unit, currency) })));
}

function place([best, worst]) {
  return best === worst ? w("debrief.place", { best }) : w("debrief.places", { best, worst });
}

/** The table: a row for each measure, a column for each branch, in each cell the mean and how it differs from the baseline. */
export function showResult(host, room) {
  const result = room.results;
  if (!result?.rows) return put(host, h("p", { class: "quiet" }, w("debrief.no_result")));
  const { currency } = room.scenario, branches = result.branches;
  const rows = result.rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.title), branches.map(({ id }) => cell(row.cells[id], row.unit, currency))));
  const places = result.places && h("tr", {}, h("th", { scope: "row" }, w("debrief.place_head")), branches.map(({ id }) => h("td", { class: "number" }, result.places[id] ? place(result.places[id]) : "–")));
  const baseline = branches.find(({ id }) => id === result.baseline)?.name ?? result.baseline;
  return put(host, progress(result, w("debrief.compare")),
    h("div", { class: "stack sentences" }, (result.sentences ?? []).map((sentence) => h("p", {}, sentence))),
    h("div", { class: "wide", tabindex: 0, role: "region", "aria-label": w("debrief.result") }, h("table", { class: "plain result" },
      h("caption", { class: "quiet" }, w("debrief.result_caption", { storms: result.done, baseline })),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, w("debrief.measure")), branches.map(({ id, name }) => h("th", { scope: "col", class: "number" }, name ?? nameOf(room, id))))),
      h("tbody", {}, rows, places))));
}

/** Bars with intervals, then who shares which place and what it is in money; why there is no score where there is none. */
export function showScore(host, room) {
  const score = room.score;
  if (!score?.rows?.length) return put(host, h("p", { class: "quiet" }, w("debrief.no_score")));
  const scored = score.rows.filter((row) => Number.isFinite(row.score)).map(({ name, score: value, low, high }) => ({ name, value, low, high, words: count(value) }));
  const rows = score.rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.name), h("td", {}, row.place ? place(row.place) : "–"),
    h("td", { class: "number" }, count(row.score)), h("td", { class: "number" }, Number.isFinite(row.low) ? w("debrief.from_to", { low: count(row.low), high: count(row.high) }) : "–"),
    h("td", {}, row.money_words ?? money(row.value, room.scenario.currency))));
  return put(host, progress(score, w("debrief.score")),
    score.why && h("p", { class: "sentences" }, capital(score.why)),
    scored.length > 0 && bars({ title: w("debrief.score_picture"), width: Math.max(320, host.clientWidth), rows: scored }),
    h("div", { class: "wide", tabindex: 0, role: "region", "aria-label": w("debrief.score") }, h("table", { class: "plain" },
      h("caption", { class: "quiet" }, w("debrief.score_caption", { storms: score.done })),
      h("thead", {}, h("tr", {}, ["branch", "place", "points", "interval", "money"].map((name) => h("th", { scope: "col", class: NUMBERS.has(name) ? "number" : null }, w(`debrief.head_${name}`))))),
      h("tbody", {}, rows))),
    score.awards?.length > 0 && h("ul", {}, score.awards.map((award) => h("li", {}, h("b", {}, `${capital(award.title)}: `), award.words))),
    h("p", { class: "quiet" }, [score.reference?.words, score.method].filter(Boolean).join(" ")));
}

const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

/** Value against the hour at which a lever is pulled, with the band in which the mean lies. */
export function showCurve(host, room, lever) {
  const curve = room.curves[lever];
  if (!curve?.points?.length) return put(host, h("p", { class: "quiet" }, w("debrief.no_curve")));
  const points = curve.points, { start, currency } = room.scenario;
  const t0 = points[0].t, step = points.length > 1 ? points[1].t - t0 : 3600, last = points[points.length - 1].t;
  return put(host, progress(curve, w("debrief.curve")), h("p", { class: "sentences" }, h("b", {}, curve.title)),
    points.length > 1 && lines({ title: w("debrief.curve_picture"), unit: currency, width: Math.max(320, host.clientWidth), height: 240, from: t0, to: last, time: (t) => clock.short(t, start),
      format: (value) => money(value), lines: [{ name: w("debrief.curve"), kind: "you", t0, step, values: points.map(({ value }) => value), low: points.map(({ low }) => low), high: points.map(({ high }) => high) }] }),
    curve.sentence && h("p", {}, curve.sentence));
}
