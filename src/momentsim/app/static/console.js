/* The console: everything the facilitator can say to a room. */
import { histogram } from "./charts.js";
import { connect, roomCode, token } from "./connection.js";
import { facilitator, leverCards, notices, paces, timeline } from "./controls.js";
import { byId, confirm, h, put, say } from "./elements.js";
import { keys } from "./keys.js";
import { spoken, tell } from "./story.js";
import { clock, count, loadWords, money, share, span, w } from "./words.js";

await loadWords();
const code = roomCode(), mine = token(), notify = notices(byId("notice"));
const link = connect({ code, role: "console", view: "console", token: mine }, { welcome: () => clock.story(room.scenario.horizon_s), any: (message) => draw(message) }, status);
const { room } = link, desk = facilitator(link, notify), { told } = desk;
const cards = leverCards(byId("levers"), desk), pace = paces(byId("paces"), desk), slider = timeline(byId("timeline"), desk);
say(byId("main"), w("story.connecting"));
const notes = [];
let saidAt = 0, drawnAt = 0, isStopTyped = false;

const board = keys([...desk.keys(), { keys: ["n"], name: "N", words: w("key.note"), act: () => byId("note-text").focus() }, { keys: ["s"], name: "S", words: w("key.stop"), act: () => byId("stop-label").focus() }], () => room.state !== null);
const press = (id, words, key, act) => { put(byId(id), words, key ? h("kbd", {}, key) : null); byId(id).addEventListener("click", act); };
press("jump", w("wall.jump"), "J", desk.jump);
press("back", w("console.back"), "←", () => desk.back(3600));
press("undo", w("console.undo"), "U", desk.undo);
byId("toggle").addEventListener("click", desk.toggle);
byId("help").addEventListener("click", board.help);
byId("wall").href = `/wall/${code}#t=${mine}`;
byId("finish").addEventListener("click", async () => { if (await desk.finish()) await told("show", { page: "debrief" }); });
byId("close").addEventListener("click", async () => {
  if (await confirm({ title: w("console.close.title"), words: [w("console.close.words")], yes: w("console.close.yes"), no: w("finish.no") })) await told("close");
});
byId("question").value = w("console.vote.what");

/* A picture of a part is made anew only when what it shows has changed: fields keep what is being typed. */
const kept = new Map();
function part(id, shown, build) {
  const now = JSON.stringify(shown);
  if (kept.get(id) === now) return;
  kept.set(id, now);
  put(byId(id), build());
}

function status(now, reason) {
  byId("banner").hidden = now === "open" || (now === "connecting" && !room.scenario);
  say(byId("banner"), now === "refused" ? reason : w("common.lost"));
  if (now === "refused" && !room.scenario) say(byId("main"), reason);
}

function draw(message) {
  if (!room.scenario && message.type === "job") say(byId("main"), message.words || w("story.preparing"));
  if (!room.state || !room.scenario) return;
  drawHead();
  const now = performance.now();
  if (message.type === "frame" && now - drawnAt < 900) return;
  drawnAt = now;
  drawParts();
  if (now - saidAt > 20000 && room.frame) { saidAt = now; say(byId("spoken"), spoken(room)); }
}

function drawHead() {
  const { state, scenario, frame } = room, told_ = tell(room);
  say(byId("title"), scenario.title);
  say(byId("clock"), clock(frame?.t ?? state.t, scenario.start));
  say(byId("state"), [state.state === "running" ? `▶ ${w(`pace.${state.pace}`)}` : w(`state.${state.state}`), state.next_stop ? w("wall.next", { time: clock.short(state.next_stop.t, scenario.start), label: state.next_stop.label ?? "" }) : ""].filter(Boolean).join(" · "));
  say(byId("main"), `${told_.main} ${told_.second}`);
}

function drawParts() {
  const { state } = room, isLive = ["running", "paused"].includes(state.state);
  pace.draw(room);
  slider.draw(room);
  cards.draw(room, isLive);
  part("toggle", state.state, () => [w(state.state === "running" ? "wall.pause" : state.state === "lobby" ? "wall.start" : "wall.go_on"), h("kbd", {}, w("key.space"))]);
  byId("toggle").disabled = !["lobby", ...["running", "paused"]].includes(state.state);
  byId("jump").disabled = !state.next_stop;
  byId("undo").disabled = state.state !== "paused";
  byId("finish").disabled = !(isLive || state.state === "finished");
  byId("close").disabled = state.state === "closed";
  part("join", room.join?.code, () => (room.join ? `${room.join.code} · ${room.join.url.split("://").pop()}` : w("console.no_phones")));
  part("shows", [state.xray, Boolean(room.frame?.face), state.blank, state.page], shows);
  part("ghost", [state.ghost, room.tree.branches.map((branch) => [branch.id, branch.name])], ghosts);
  byId("ghost").value = state.ghost ?? "";
  part("numbers", room.frame?.n, numbers);
  part("vote-now", [state.ballot, state.phones], voteNow);
  part("choices", room.levers.map((card) => [card.title, card.can_pull]), choices);
  part("modes", state.mode, modes);
  part("asks", [state.asking], asks);
  part("predictions", state.predictions, predictions);
  part("stops", state.stops, stops);
  if (!isStopTyped && document.activeElement !== byId("stop-time")) byId("stop-time").value = moment(desk.time());
  part("branches", room.tree, branches);
  part("phones", [state.phones, state.teams, state.moods, state.rules, room.files], people);
  part("ticker", room.ticker, () => [...room.ticker].reverse().slice(0, 8).map((event) => h("li", {}, h("time", {}, clock.short(event.t, room.scenario.start)), " ", event.by ? `${event.by}: ` : "", event.words)));
}

const moment = (t) => new Date(Date.parse(`${room.scenario.start.slice(0, 16)}:00Z`) + Math.floor(t / 60) * 60000).toISOString().slice(0, 16);

function shows() {
  const { state } = room;
  const one = (words, key, isOn, act) => h("button", { type: "button", "aria-pressed": String(Boolean(isOn)), onclick: act }, words, h("kbd", {}, key));
  return [one(w("wall.xray"), "X", state.xray, desk.xray), one(w("wall.follow"), "F", room.frame?.face, desk.face), one(w("console.blank"), "B", state.blank, desk.blank),
    h("button", { type: "button", "aria-pressed": String(state.page === "debrief"), onclick: desk.page }, w("console.show.debrief"))];
}

function ghosts() {
  byId("ghost").onchange = (event) => told("show", { ghost: event.target.value });
  const known = [["", w("console.ghost.none")], ["nothing", w("line.nothing")], ["as_planned", w("line.as_planned")], ...room.tree.branches.filter((branch) => branch.id !== room.state.branch).map((branch) => [branch.id, branch.name])];
  return known.map(([value, words]) => h("option", { value }, words));
}

function numbers() {
  if (!room.frame) return [];
  const shown = { share: share, s: span, [room.scenario.currency]: (value) => money(value, room.scenario.currency) };
  return room.fields.map((field, index) => [h("dt", {}, field.title), h("dd", {}, (shown[field.unit] ?? count)(room.frame.n[index]))]);
}

function voteNow() {
  const { ballot, phones } = room.state;
  if (!ballot) return [];
  const most = Math.max(1, ...(ballot.votes ?? []));
  return [h("h3", {}, ballot.question), h("div", { class: "tally" }, ballot.choices.map((choice, index) => [h("span", {}, [choice.label, (choice.size ?? "").replaceAll("_", " ")].filter(Boolean).join(", ")), h("b", {}, count(ballot.votes?.[index])), h("progress", { max: String(most), value: String(ballot.votes?.[index] ?? 0), "aria-label": choice.label })])),
    h("p", {}, w("console.vote.voted", { n: count(ballot.voted), of: count(phones) })),
    ballot.open ? h("div", { class: "row" }, h("button", { type: "button", onclick: () => told("close_ballot", { pull: false }) }, w("console.vote.close")), h("button", { class: "main", type: "button", onclick: () => told("close_ballot", { pull: true }) }, w("console.vote.pull")))
      : h("div", { class: "row" }, h("span", {}, w("console.vote.over")), h("button", { type: "button", onclick: () => told("close_ballot", { pull: true }) }, w("console.vote.pull_now")))];
}

function choices() {
  return [h("legend", {}, w("console.vote.choices")), room.levers.map((card) => h("label", {}, h("input", { type: "checkbox", name: "choice", value: card.name, checked: card.can_pull, disabled: !card.can_pull }), card.title))];
}

byId("vote").addEventListener("submit", (event) => {
  event.preventDefault();
  const picked = [...byId("choices").querySelectorAll("input:checked")].map((box) => box.value);
  if (!picked.length) return notify(w("console.vote.none"));
  told("ballot", { question: byId("question").value.trim() || w("console.vote.what"), choices: picked.slice(0, 8), seconds: Number(byId("seconds").value) });
});

const modes = () => ["console", "vote", "captain", "anyone"].map((mode) => h("button", { type: "button", role: "radio", "aria-checked": String(room.state.mode === mode), onclick: () => told("mode", { mode }) }, w(`mode.${mode}`)));

const asks = () => ["never_helped", "customers_lost"].map((question) => h("button", { type: "button", "aria-pressed": String(room.state.asking?.question === question), onclick: () => told("ask", { question }) }, w(`ask.${question}`)));

function predictions() {
  return (room.state.predictions ?? []).filter((one) => one.counts.length).map((one) =>
    histogram({ title: w(`ask.${one.question}`), width: 380, height: 170, edges: one.edges, counts: one.counts, truth: one.truth ?? undefined, truthWords: w("end.truth") }));
}

function stops() {
  const { start } = room.scenario;
  return (room.state.stops ?? []).map((stop) => h("li", {}, h("span", {}, h("b", {}, clock.short(stop.t, start)), ` ${stop.label ?? ""}`),
    h("button", { type: "button", "aria-label": w("console.stop.drop_this", { label: stop.label ?? "" }), onclick: () => told("drop_stop", { t: stop.t }) }, w("console.stop.drop"))));
}

byId("stop-time").addEventListener("input", () => { isStopTyped = true; });
byId("stop").addEventListener("submit", async (event) => {
  event.preventDefault();
  const t = (Date.parse(`${byId("stop-time").value}:00Z`) - Date.parse(`${room.scenario.start.slice(0, 16)}:00Z`)) / 1000, label = byId("stop-label").value.trim();
  if ((await told("stop_at", { t, ...(label ? { label } : {}) })).ok) { byId("stop-label").value = ""; isStopTyped = false; }
});

function branches() {
  const { start } = room.scenario, all = room.tree.branches, nameOf = (id) => all.find((branch) => branch.id === id)?.name ?? "";
  return all.map((branch) => {
    const name = h("input", { value: branch.name, maxlength: "24", "aria-label": w("console.branch.name") });
    const about = branch.parent ? w("console.branch.from", { parent: nameOf(branch.parent), time: clock.short(branch.at, start) }) : w("console.branch.first");
    return h("li", { class: branch.current ? "now" : "" }, h("form", { class: "row", onsubmit: (event) => { event.preventDefault(); if (name.value.trim()) told("rename", { branch: branch.id, name: name.value.trim() }); } }, name, h("button", { type: "submit" }, w("console.branch.rename"))),
      h("span", { class: "about" }, `${about} ${w("console.branch.end", { time: clock.short(branch.end, start) })}`),
      branch.current ? h("b", {}, w("console.branch.now")) : h("button", { type: "button", onclick: () => told("go_to", { branch: branch.id, t: branch.end }) }, w("console.branch.go")),
      h("ul", {}, branch.pulls.map((pull) => h("li", {}, h("span", { class: "about" }, `${clock.short(pull.t, start)} ${w(pull.action === "pull" ? "console.pulled" : "console.released", { lever: [pull.title, pull.size.replaceAll("_", " ")].filter(Boolean).join(", ") })}${pull.by ? ` (${pull.by})` : ""}`),
        h("button", { type: "button", onclick: () => told("go_to", { branch: branch.id, t: pull.t }) }, w("console.branch.before"))))));
  });
}

function people() {
  const { phones, teams, moods, rules } = room.state;
  return [h("p", {}, w("lobby.phones", { n: count(phones) })), teams?.length ? h("p", {}, teams.map((team) => `${team.name} ${team.phones}`).join(" · ")) : null,
    moods?.some(Boolean) ? h("p", {}, `${w("console.moods")} ${moods.map((many, index) => `${index + 1}: ${many}`).join(" · ")}`) : null,
    rules?.length ? [h("h3", {}, w("console.rules")), h("ul", {}, rules.map((rule) => h("li", {}, `“${rule}”`)))] : null,
    room.files ? h("p", {}, w("end.files", { folder: room.files.folder })) : null,
    h("p", {}, h("a", { href: `/debrief/${code}#t=${mine}`, target: "_blank", rel: "noopener" }, w("wall.debrief")))];
}

byId("note").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = byId("note-text").value.trim();
  if (!text || !(await told("note", { text })).ok) return;
  notes.unshift(`${clock.short(desk.time(), room.scenario.start)} ${text}`);
  put(byId("notes"), notes.map((note) => h("li", {}, note)));
  byId("note-text").value = "";
});
