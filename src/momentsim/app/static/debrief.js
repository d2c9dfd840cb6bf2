/* The debrief on the projector: on the left this storm, with all its branches; on the right the average over many storms;
   below what people thought, their rules, and the files. */
import { connect, roomCode, token } from "./connection.js";
import { showCurve, showResult, showScore } from "./debrief_average.js";
import { showFiles, showPredictions, showRules } from "./debrief_people.js";
import { pictured, showBooks, showOverlay, showRivers } from "./debrief_storm.js";
import { showTree } from "./debrief_tree.js";
import { byId, confirm, h, put, say } from "./elements.js";
import { clock, loadWords, w } from "./words.js";

const STORMS = 20;
const MOST_AT_ONCE = 8;
const GHOSTS = ["nothing", "as_planned"];

const key = token();
const room = { link: null };
const shown = new Set(["nothing"]);
const parts = {};
let known = new Set();  // branches that were there before: a new one is shown without being asked for
let pending = false;

/** A part of the page: a heading, what can be asked for, and the place for the answer. */
function part(name, ...controls) {
  parts[name] = h("div", { class: "stack" });
  return h("section", { class: "card stack", id: name, "aria-labelledby": `${name}-title` },
    h("h3", { id: `${name}-title` }, w(`debrief.title_${name}`)), controls.length > 0 && h("div", { class: "row" }, controls), parts[name]);
}

function chooser(name, onchange) {
  const select = h("select", { id: name, onchange });
  return [h("label", { for: name }, w(`debrief.choose_${name}`)), select];
}

const button = (name, onclick, props = {}) => h("button", { type: "button", id: name, onclick, ...props }, w(`debrief.button_${name}`));

async function ask(type, fields) {
  const { ok, reason } = await room.link.send(type, fields);
  say(parts.told, ok ? "" : reason);
}

/** Branches that are ticked, or all; at most as many as a comparison takes. */
function chosenBranches() {
  const all = room.link.room.tree.branches.map(({ id }) => id);
  const ticked = all.filter((id) => shown.has(id));
  return (ticked.length ? ticked : all).slice(0, MOST_AT_ONCE);
}

async function close() {
  const yes = await confirm({ title: w("debrief.close_title"), words: [w("debrief.close_words")], yes: w("debrief.close_yes"), no: w("debrief.close_no") });
  if (yes) await ask("close");
}

function build() {
  const [lineLabel, lineSelect] = chooser("shown-line", draw);
  const [leverLabel, leverSelect] = chooser("curve-lever", draw);
  Object.assign(parts, { lineSelect, leverSelect });
  parts.told = h("p", { class: "bad", role: "alert" });
  parts.banner = h("p", { class: "banner", role: "alert", hidden: true });
  parts.room = h("p", { class: "quiet" });
  parts.ghosts = h("div", { class: "row" });
  put(byId("head"), parts.banner, h("div", {}, h("h1", {}, w("debrief.title")), parts.room),
    h("div", { class: "row push" }, button("xray", () => ask("show", { xray: !room.link.room.state?.xray }), { "aria-pressed": "false" }),
      button("back", () => location.assign(`/wall/${roomCode()}`)), button("close", close)));
  put(byId("main"), parts.told,
    h("section", { class: "half", "aria-labelledby": "storm-title" }, h("h2", { id: "storm-title" }, w("debrief.this_storm")), h("p", { class: "tag storm" }, w("debrief.this_storm_words")),
      part("tree"), part("overlay", lineLabel, lineSelect, parts.ghosts), part("rivers"), part("books")),
    h("section", { class: "half", "aria-labelledby": "average-title" }, h("h2", { id: "average-title" }, w("debrief.average")), h("p", { class: "tag average" }, w("debrief.average_words")),
      part("result", button("compare", () => ask("compare", { branches: chosenBranches(), storms: STORMS }))),
      part("score", button("score_run", () => ask("score", { storms: STORMS }))),
      part("curve", leverLabel, leverSelect, button("curve_run", () => ask("curve", { lever: parts.leverSelect.value })))),
    h("section", { class: "whole", "aria-labelledby": "people-title" }, h("h2", { id: "people-title" }, w("debrief.people")), part("predictions"), part("rules"), part("files")));
}

function options(select, entries) {
  const written = JSON.stringify(entries);
  if (select.dataset.written === written) return;
  const before = select.value;
  put(select, entries.map(([value, words]) => h("option", { value }, words)));
  select.dataset.written = written;
  if (entries.some(([value]) => value === before)) select.value = before;
}

function ghosts(series) {
  const there = GHOSTS.filter((id) => id in series);
  const written = there.join();
  if (parts.ghosts.dataset.written === written) return;
  parts.ghosts.dataset.written = written;
  put(parts.ghosts, there.map((id) => h("label", {}, h("input", { type: "checkbox", checked: shown.has(id), onchange: (event) => tick(id, event.target.checked) }), w(`debrief.${id}`))));
}

function tick(id, isShown) {
  if (isShown) shown.add(id);
  else shown.delete(id);
  draw();
}

/** New branches are shown at once; those that somebody unticked stay so. */
function takeBranches(branches) {
  for (const { id } of branches) if (!known.has(id)) shown.add(id);
  known = new Set(branches.map(({ id }) => id));
}

const drawnFrom = {};

/** Fill a part only where something that it shows has changed: a table that is being read keeps its place and focus. */
function fill(name, show, ...sources) {
  const before = drawnFrom[name];
  if (before && before.length === sources.length && before.every((source, index) => source === sources[index])) return;
  drawnFrom[name] = sources;
  show(parts[name]);
}

/** Draw on the next animation frame, once however much has come. */
function draw() {
  if (pending) return;
  pending = true;
  requestAnimationFrame(() => {
    pending = false;
    const now = room.link.room;
    if (!now.scenario || !now.state) return;
    takeBranches(now.tree.branches);
    head(now);
    thisStorm(now);
    average(now);
    people(now);
  });
}

function head(now) {
  const { state, scenario, role } = now;
  say(parts.room, [scenario.title, now.code, w(`debrief.state_${state.state}`)].join(" · "));
  byId("xray").setAttribute("aria-pressed", String(Boolean(state.xray)));
  byId("xray").hidden = role !== "console";
  byId("close").hidden = role !== "console" || state.state === "closed";
}

function thisStorm(now) {
  options(parts.lineSelect, pictured(now).map(({ name, title }) => [name, title]));
  ghosts(now.series);
  const width = parts.tree.clientWidth, ticked = [...shown].sort().join(), chosen = parts.lineSelect.value;
  const lines = Object.values(now.series);
  fill("tree", (host) => showTree(host, now, shown, tick), now.tree, width, ticked);
  fill("overlay", (host) => showOverlay(host, now, shown, chosen), now.tree, width, ticked, chosen, ...lines);
  fill("rivers", (host) => showRivers(host, now, shown), now.tree, width, ticked, now.state.xray, ...lines);
  fill("books", (host) => showBooks(host, now, shown), now.tree, ticked, ...lines);
}

function average(now) {
  options(parts.leverSelect, now.levers.map(({ name, title }) => [name, title]));
  const width = parts.result.clientWidth, lever = parts.leverSelect.value;
  fill("result", (host) => showResult(host, now), now.results, width);
  fill("score", (host) => showScore(host, now), now.score, width);
  fill("curve", (host) => showCurve(host, now, lever), now.curves[lever], lever, width);
}

function people(now) {
  const { predictions, asking, rules } = now.state;
  fill("predictions", (host) => showPredictions(host, now), JSON.stringify([predictions, asking]), parts.predictions.clientWidth);
  fill("rules", (host) => showRules(host, now), JSON.stringify(rules));
  fill("files", (host) => showFiles(host, now, key), now.files);
}

function status(found, reason) {
  parts.banner.hidden = found === "open";
  if (found !== "open") say(parts.banner, found === "refused" ? reason : w("debrief.lost"));
}

await loadWords();
document.title = `${w("debrief.title")} ${roomCode()} · momentsim`;
build();
const redraw = { welcome: () => { clock.story(room.link.room.scenario.horizon_s); draw(); }, state: draw, tree: draw, series: draw, levers: draw, result: draw, score: draw, curve: draw, job: draw, closed: draw };
room.link = connect({ code: roomCode(), role: key ? "console" : "wall", token: key, view: "debrief" }, redraw, status);
addEventListener("resize", draw);
