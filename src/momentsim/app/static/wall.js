/* The wall: one story at a time for everybody in the room. With the facilitator's token it is also played from here. */
import { FLOW, histogram, lines, river } from "./charts.js";
import { connect, roomCode, token } from "./connection.js";
import { facilitator, leverCards, notices, paces, timeline } from "./controls.js";
import { crowd } from "./crowd.js";
import { byId, h, picture, put, say, table } from "./elements.js";
import { keys } from "./keys.js";
import { pullsOf, spoken, stopHere, summary, tell, threeNumbers } from "./story.js";
import { clock, count, loadWords, money, share, span, w } from "./words.js";

await loadWords();
say(byId("main"), w("story.connecting"));
const code = roomCode(), isFacilitator = token() !== "", notify = notices(byId("notice"));
const link = connect({ code, role: isFacilitator ? "console" : "wall", view: isFacilitator ? "wall" : undefined, token: token() },
  { welcome: () => clock.story(room.scenario.horizon_s), any: (message) => draw(message) }, status);
const { room } = link, desk = facilitator(link, notify);
const people = crowd(byId("people"), (text) => byId("people").setAttribute("aria-label", text));
const cards = leverCards(byId("levers"), desk), pace = paces(byId("paces"), desk), slider = timeline(byId("timeline"), desk);
const board = isFacilitator ? keys([...desk.keys(), { keys: ["d"], name: "D", words: w("key.debrief"), act: () => byId("debrief").click() }], () => room.state !== null) : null;
let drawnAt = 0, saidAt = 0, toggleWas = "", later = null, isDismissed = "";

if (isFacilitator) {
  byId("toggle").addEventListener("click", desk.toggle);
  byId("jump").addEventListener("click", desk.jump);
  byId("xray").addEventListener("click", desk.xray);
  byId("follow").addEventListener("click", desk.face);
  byId("help").addEventListener("click", board.help);
  put(byId("jump"), w("wall.jump"), h("kbd", {}, "J"));
  put(byId("xray"), w("wall.xray"), h("kbd", {}, "X"));
  put(byId("follow"), w("wall.follow"), h("kbd", {}, "F"));
  byId("console").href = `/console/${code}#t=${token()}`;
}
async function toDebrief(event) {
  if (!isFacilitator) return;
  event.preventDefault();
  if (await desk.finish()) location.assign(byId("debrief").href);
}
byId("debrief").addEventListener("click", toDebrief);
byId("debrief").href = `/debrief/${code}${isFacilitator ? `#t=${token()}` : ""}`;

function status(now, reason) {
  const banner = byId("banner");
  banner.hidden = now === "open" || (now === "connecting" && !room.scenario);
  say(banner, now === "refused" ? reason : w("common.lost"));
  if (now === "refused" && !room.scenario) say(byId("main"), reason);
}

function draw(message) {
  if (!room.scenario && message.type === "job") { say(byId("main"), message.words || w("story.preparing")); say(byId("second"), w("story.preparing.second")); }
  if (!room.state || !room.scenario) return;
  const isFrame = message.type === "frame", now = performance.now();
  if (message.type === "state") follow(room.state);
  drawHead();
  drawStory();
  drawThree();
  if (room.frame) people.news(room);
  clearTimeout(later);
  if (!isFrame || now - drawnAt > 950) { drawnAt = now; drawSlowly(); } else later = setTimeout(() => { drawnAt = performance.now(); drawSlowly(); }, 400);
  if (now - saidAt > 20000 && room.frame) { saidAt = now; say(byId("spoken"), spoken(room)); }
}

function drawHead() {
  const { state, scenario, frame } = room, t = frame?.t ?? state.t;
  const played = room.tree.branches.find((branch) => branch.id === state.branch);
  say(byId("title"), played && room.tree.branches.length > 1 ? `${scenario.title} · ${played.name}` : scenario.title);
  say(byId("clock"), clock(t, scenario.start));
  say(byId("pace"), state.state === "running" ? `▶ ${w(`pace.${state.pace}`)}` : w(`state.${state.state}`));
  say(byId("next"), state.next_stop ? w("wall.next", { time: clock.short(state.next_stop.t, scenario.start), label: state.next_stop.label ?? "" }) : "");
  byId("truth").classList.toggle("xray", Boolean(state.xray));
  say(byId("truth"), w(state.xray ? "wall.truth.xray" : "wall.truth.fog"));
}

/** What a hand could do now that has never done this before. */
function advice(stop, level) {
  const { state, scenario } = room, t = desk.time();
  if (stop && t < scenario.horizon_s) return w("wall.stop.what");
  return state.state === "running" && level === "calm" && state.next_stop && state.next_stop.t - t > 7200 ? w("wall.quiet") : "";
}

function drawStory() {
  const told = tell(room), stop = stopHere(room.state);
  say(byId("main"), told.main);
  say(byId("second"), [stop?.label ? w("wall.stop", { label: stop.label }) : "", stop ? told.first : told.second, isFacilitator ? advice(stop, told.level) : ""].filter(Boolean).join(" "));
  byId("story").className = `story ${told.level}`;
}

function drawSlowly() {
  const { state } = room;
  drawNumbers();
  drawCharts();
  drawRiver();
  drawTicker();
  drawFace();
  drawPanel();
  drawJoin();
  cards.draw(room, isFacilitator && ["running", "paused"].includes(state.state));
  byId("blank").hidden = !state.blank;
  say(byId("blank"), state.blank ? w("wall.blank") : "");
  if (isFacilitator) {
    byId("bar").hidden = false;
    pace.draw(room);
    slider.draw(room);
    if (toggleWas !== state.state) put(byId("toggle"), w(state.state === "running" ? "wall.pause" : state.state === "lobby" ? "wall.start" : "wall.go_on"), h("kbd", {}, w("key.space")));
    toggleWas = state.state;
    byId("toggle").disabled = !["lobby", "running", "paused"].includes(state.state);
    byId("jump").disabled = !state.next_stop;
    byId("xray").setAttribute("aria-pressed", String(Boolean(state.xray)));
    byId("follow").setAttribute("aria-pressed", String(Boolean(room.frame?.face)));
  }
}

/* The projector goes to the debrief when the console says so; a wall that is opened anew stays. */
let pageWas = "";
function follow(state) {
  if (pageWas === "wall" && state.page === "debrief") location.assign(byId("debrief").href);
  pageWas = state.page;
}

function drawThree() {
  const host = byId("three"), shown = threeNumbers(room);
  if (host.childElementCount !== shown.length) put(host, shown.map(() => h("div", { class: "tile" }, h("span", {}), h("b", {}))));
  shown.forEach((one, index) => {
    const [name, value] = host.children[index].children;
    say(name, one.name);
    say(value, one.value);
    value.className = one.isBad ? "bad" : "";
  });
}

function drawNumbers() {
  if (!room.frame) return;
  const rows = room.frame.queues.map(([many, longest], index) => [room.queues[index], count(many), span(longest)]);
  const groups = room.frame.groups.map((group, index) => [room.groups[index].title, ...group.slice(0, 4).map(count)]);
  const fresh = h("div", { class: "only-read", id: "people-table" },
    table(w("table.queues"), [w("table.queue"), w("table.waiting"), w("table.longest")], rows, {}),
    table(w("table.agents"), [w("table.group"), w("table.on_duty"), w("table.talking"), w("table.wrapping"), w("table.free")], groups, {}));
  byId("people-table").replaceWith(fresh);
}

/** The lines of a name: what is played, and the ghost, up to now. */
function linesOf(name) {
  const { state, series } = room, found = [];
  for (const [branch, words, kind] of [[state.branch, w("line.you"), "you"], [state.ghost, w.has(`line.${state.ghost}`) ? w(`line.${state.ghost}`) : room.tree.branches.find((one) => one.id === state.ghost)?.name ?? "", ["nothing", "as_planned"].includes(state.ghost) ? state.ghost : "other"]]) {
    const one = series[branch], at = one ? one.names.indexOf(name) : -1;
    if (at >= 0) found.push({ name: words, kind, t0: one.t0, step: one.step, values: one.values[at] });
  }
  return found;
}

function drawCharts() {
  const host = byId("charts"), { scenario, frame, state } = room, t = frame?.t ?? state.t, end = Math.max(scenario.horizon_s, t);
  const scale = Math.max(1, parseFloat(getComputedStyle(document.documentElement).fontSize) / 13.5), wide = host.clientWidth / scale, tall = host.clientHeight / scale / 3 - 2;
  if (wide < 50 || tall < 40) return;
  const isDone = !["running", "paused", "lobby", "preparing"].includes(state.state);
  const shown = [["waiting", "chart.waiting"], ["on_duty", "chart.on_duty"], ["hung_up_per_hour", "chart.hung_up"]].map(([name, title], row) => {
    const cut = linesOf(name).map((line) => (isDone ? line : { ...line, values: line.values.slice(0, Math.floor((t - line.t0) / line.step) + 1) }));
    return lines({ title: w(title), width: wide, height: tall, from: 0, to: end, now: t, time: clock.axis(end, scenario.start), lines: cut, key: row === 0 });
  });
  put(host, shown);
}

function drawRiver() {
  const host = byId("river"), { state, numbers: n, scenario } = room;
  if (!state.xray) {
    const tile = (name, value) => h("p", { class: "tile" }, h("span", {}, name), h("b", {}, value));
    put(host, h("div", { class: "fog" }, tile(w("fog.cost"), money(n.cost, scenario.currency)), tile(w("fog.levers"), money(n.lever_money, scenario.currency)),
      tile(w("fog.survey"), n.survey === null || n.survey === undefined ? w("fog.no_survey") : count(n.survey)), h("p", { class: "hint" }, w(isFacilitator ? "fog.hint" : "fog.hint.wall"))));
    return;
  }
  const mine = room.series[state.branch];
  const bands = mine ? room.ledger.map((line) => {
    const at = mine.names.findIndex((name) => name === `ledger.${line.name}` || name === line.name);
    return at < 0 ? null : { name: line.title, colour: FLOW[line.name] ?? "pale", values: mine.values[at] };
  }).filter((band) => band && band.values.some((value) => Math.abs(value ?? 0) > 0)) : [];
  const scale = Math.max(1, parseFloat(getComputedStyle(document.documentElement).fontSize) / 13.5);
  const stones = pullsOf(room).map((pull) => ({ t: pull.t, words: pull.title }));
  if (bands.length) put(host, river({ title: w("river.title", { currency: scenario.currency }), width: host.clientWidth / scale, height: host.clientHeight / scale - 4, from: 0, to: Math.max(scenario.horizon_s, room.frame?.t ?? 0), time: clock.axis(scenario.horizon_s, scenario.start), t0: mine.t0, step: mine.step, bands, stones, money }));
}

function drawTicker() {
  const face = room.frame?.face;
  put(byId("ticker"), [...room.ticker].reverse().slice(0, face ? 2 : 5).map((event) => h("li", {}, h("time", {}, clock.short(event.t, room.scenario.start)), event.by ? `${event.by}: ` : "", event.words)));
}

function drawFace() {
  const face = room.frame?.face, host = byId("face");
  host.hidden = !face;
  if (face) put(host, h("p", {}, h("b", {}, `${w("face.title")}: `), face.words, Number.isInteger(face.mood) ? h("b", {}, ` ${w("face.feels", { mood: w(`mood.${["calm", "annoyed", "angry", "furious"][face.mood]}`) })}`) : null));
}

function drawJoin() {
  const { join, state } = room;
  byId("join").hidden = !join || state.state === "lobby";
  if (join && !byId("join").childElementCount) put(byId("join"), h("span", {}, join.code), join.qr ? picture(join.qr) : null);
}

/* One thing in front of the picture at a time: the beginning, a vote, a question, the end. */
let panelWas = "";
function drawPanel() {
  const { state } = room, host = byId("panel");
  const kind = panelKind();
  const shown = kind && kind !== isDismissed ? kind : "";
  if (kind !== isDismissed && isDismissed) isDismissed = "";
  host.hidden = !shown;
  const now = JSON.stringify([shown, shown === "end" && room.frame?.x?.never_helped, state.ballot?.open && left(state.ballot), state.state, state.xray, state.ballot, state.asking, state.predictions, state.truth, state.phones, state.teams, state.moods, room.files, room.join?.code]);
  if (now === panelWas || !shown) { panelWas = shown ? now : ""; return; }
  panelWas = now;
  put(host, { lobby, asking, end }[shown]?.() ?? ballot());
}

const close = (words) => h("button", { type: "button", onclick: () => { isDismissed = panelKind(); byId("panel").hidden = true; } }, words);
const left = (asked) => Math.max(0, Math.round(asked.ends_in_s - (performance.now() - room.toldAt) / 1000));

function panelKind() {
  const { state, scenario } = room, t = room.frame?.t ?? state.t;
  if (state.state === "preparing" || (state.state === "lobby" && !state.asking)) return "lobby";
  if (state.ballot?.open || (state.ballot && state.state === "paused")) return `ballot ${state.ballot.id} ${state.ballot.open}`;
  if (state.asking && ["lobby", "paused"].includes(state.state)) return "asking";
  return ["finished", "debrief", "closed"].includes(state.state) || (state.state === "paused" && t >= scenario.horizon_s) ? "end" : "";
}

function lobby() {
  const { join, state, scenario } = room;
  const isReady = state.state === "lobby";
  return h("div", { class: "lobby" },
    h("div", {}, h("h2", {}, scenario.title), h("p", {}, scenario.sentence), h("ol", { class: "steps" }, [1, 2, 3, 4].map((step) => h("li", {}, w(`lobby.${step}`)))),
      isFacilitator ? h("div", { class: "row" }, h("button", { class: "main", type: "button", disabled: !isReady, onclick: desk.toggle }, w(isReady ? "lobby.start" : "story.preparing"), h("kbd", {}, w("key.space")))) : h("p", {}, w("lobby.wait"))),
    join ? h("div", {}, join.qr ? picture(join.qr) : null, h("p", {}, h("b", {}, join.code)), h("p", {}, join.url.split("://").pop()), h("p", {}, w("lobby.phones", { n: count(state.phones) }))) : null);
}

function ballot() {
  const { question, choices, votes, voted, open } = room.state.ballot;
  const most = Math.max(1, ...(votes ?? [0])), isTold = !open && votes;
  return h("div", {}, h("h2", {}, question),
    h("ul", {}, choices.map((choice, index) => h("li", {}, h("b", {}, [choice.label, choice.size].filter(Boolean).join(", ")), isTold ? h("progress", { max: String(most), value: String(votes[index]), "aria-label": choice.label }) : null, isTold ? h("span", {}, count(votes[index])) : null))),
    h("p", {}, open ? w("ballot.open", { n: count(voted), of: count(room.state.phones), left: count(left(room.state.ballot)) }) : w("ballot.closed", { n: count(voted) })), open ? null : h("div", { class: "row" }, close(w("common.close"))));
}

function asking() {
  const { predictions, asking: asked } = room.state, mine = (predictions ?? []).find((one) => one.question === asked.question);
  const many = (mine?.counts ?? []).reduce((one, other) => one + other, 0);
  return h("div", {}, h("h2", {}, asked.words || w(`ask.${asked.question}`)), h("p", {}, w("ask.on_phones", { n: count(many) })), h("div", { class: "row" }, close(w("common.close"))));
}

function end() {
  const { state } = room, guessed = (state.predictions ?? []).filter((one) => one.counts.length && Number.isFinite(one.truth));
  return h("div", { class: "end" }, h("h2", {}, w("end.title")), h("ul", {}, summary(room).map((sentence) => h("li", {}, sentence))),
    guessed.map((one) => histogram({ title: `${w("end.guessed")}: ${w(`ask.${one.question}`)}`, edges: one.edges, counts: one.counts, truth: one.truth, truthWords: w("end.truth") })),
    room.files ? h("p", {}, w("end.files", { folder: room.files.folder })) : null,
    isFacilitator ? h("p", {}, h("b", {}, w(state.xray ? "end.next.again" : "end.next.xray"))) : null,
    h("div", { class: "row" }, isFacilitator && !state.xray ? h("button", { class: "main", type: "button", onclick: desk.xray }, w("wall.xray"), h("kbd", {}, "X")) : null,
      h("a", { class: "button", href: byId("debrief").href, onclick: toDebrief }, w("wall.debrief")), close(w("end.look")), h("span", { class: "quiet" }, w("end.luck"))));
}

addEventListener("resize", () => { if (room.state) drawSlowly(); });
