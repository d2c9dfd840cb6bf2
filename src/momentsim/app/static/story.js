/* What goes on, in plain sentences: for people across the room, and for those who listen. */
import { clock, count, money, share, span, w } from "./words.js";

const isPlayed = (state) => state === "running" || state === "paused";

/** The stop at which a room stands right now; null when it stands elsewhere or runs. */
export function stopHere(state) {
  if (state.state !== "paused") return null;
  return (state.stops ?? []).find((stop) => Math.abs(stop.t - state.t) < 1) ?? null;
}

/** Two sentences and how bad it is: { main, second, first (a shorter second), level: "calm" | "busy" | "bad" }. */
export function tell(room) {
  const { state, numbers: n, scenario } = room;
  if (!state || !scenario) return { main: w("story.connecting"), second: "", level: "calm" };
  if (state.state === "preparing") return { main: w("story.preparing"), second: w("story.preparing.second"), level: "calm" };
  if (state.state === "lobby") return { main: w("story.lobby"), second: w("story.lobby.second"), level: "calm" };
  if (state.catching_up) return { main: w("story.catching_up"), second: "", level: "calm" };
  if (n.waiting === undefined) return { main: w("story.connecting"), second: "", level: "calm" };
  return { main: waiting(n), first: troubles(room)[0] ?? "", second: troubles(room).slice(0, 2).join(" "), level: level(n) };
}

function waiting({ waiting: many, longest_wait_s: longest }) {
  if (many === 0) return w("story.nobody");
  return w(many === 1 ? "story.one" : "story.waiting", { n: count(many), longest: span(longest) });
}

function level(n) {
  if (n.hung_up_per_hour > n.helped_per_hour || n.busy_per_hour > 0 || n.longest_wait_s > 1200) return "bad";
  return n.waiting > 0 && n.idle === 0 ? "busy" : "calm";
}

function troubles({ numbers: n, state, frame }) {
  const found = [];
  if (state.xray && frame?.x?.will_call_again > Math.max(50, 2 * n.waiting)) found.push(w("story.iceberg", { n: count(frame.x.will_call_again) }));
  if (n.busy_per_hour > 0) found.push(w("story.lines_full", { n: count(n.busy_per_hour) }));
  if (n.hung_up_per_hour > n.helped_per_hour && n.hung_up_per_hour > 10) found.push(w("story.give_up", { hung: count(n.hung_up_per_hour), helped: count(n.helped_per_hour) }));
  if (n.waiting > 0 && n.idle === 0 && n.on_duty > 0) found.push(w("story.all_busy", { n: count(n.on_duty) }));
  if (n.on_duty === 0) found.push(w("story.closed"));
  if (n.waiting === 0 && n.on_duty > 0) found.push(w("story.free", { free: count(n.idle), on: count(n.on_duty) }));
  return found;
}

/** Pulls of the branch that is played: its own, and those of its past before it went its own way. */
export function pullsOf(room, id = room.state.branch) {
  const branch = room.tree.branches.find((one) => one.id === id);
  if (!branch) return [];
  return [...(branch.parent ? pullsOf(room, branch.parent).filter((pull) => pull.t < branch.at) : []), ...branch.pulls];
}

const lineOf = (series, name) => { const at = series.names.indexOf(name); return at < 0 ? [] : series.values[at].map((value) => value ?? 0); };
const sumOf = (series, name, until) => (lineOf(series, name).filter((_value, index) => series.t0 + index * series.step <= until).reduce((one, other) => one + other, 0) * series.step) / 3600;

/** How this storm went, once it is over: sentences from the lines of the branch that was played. */
export function summary(room) {
  const mine = room.series[room.state.branch], nothing = room.series.nothing, said = [], { start, currency } = room.scenario;
  if (!mine) return said;
  const until = room.frame?.t ?? room.state.t, line = (name) => lineOf(mine, name), sum = (name) => sumOf(mine, name, until);
  const queue = line("waiting"), peak = queue.reduce((best, value, index) => (value > queue[best] ? index : best), 0);
  const helped = sum("helped_per_hour"), hung = sum("hung_up_per_hour"), busy = sum("busy_per_hour"), longest = Math.max(0, ...line("longest_wait_s"));
  if (queue[peak] > 0) said.push(w("end.peak", { n: count(queue[peak]), time: clock.short(mine.t0 + peak * mine.step, start), longest: span(longest) }));
  const duty = line("on_duty"), jammed = (queue.filter((many, index) => many > 0 && many > duty[index]).length * mine.step) / 3600;
  if (jammed >= 1) said.push(w("end.jam", { span: span(jammed * 3600) }));
  if (helped > 0) said.push(w("end.calls", { helped: count(rough(helped)), hung: count(rough(hung)) }));
  if (nothing && pullsOf(room).length) said.push(w("end.nothing", { hung: count(rough(sumOf(nothing, "hung_up_per_hour", until))) }));
  said.push([busy > 1 ? w("end.busy", { n: count(rough(busy)) }) : "", Number.isFinite(room.numbers.cost) ? w("end.cost", { cost: money(room.numbers.cost, currency) }) : ""].filter(Boolean).join(" "));
  if (room.state.xray && room.frame?.x) {
    const lost = room.frame.x.ledger[room.ledger.findIndex((one) => one.name === "destroyed_by_handling")];
    said.push([w("end.xray", { n: count(room.frame.x.never_helped) }), lost < 0 ? w("end.lost", { money: money(-lost, currency) }) : ""].filter(Boolean).join(" "));
  }
  return [...said, ...decided(room)].filter(Boolean);
}

/** What was pulled and when, and what was not. */
function decided(room) {
  const pulls = pullsOf(room).filter((pull) => pull.action === "pull"), pulled = new Set(pulls.map((pull) => pull.lever));
  const left = room.levers.filter((card) => !pulled.has(card.name) && card.pulled_at === null);
  return [
    pulls.length ? w("end.pulled", { list: pulls.map((pull) => `${pull.title} (${clock.short(pull.t, room.scenario.start)})`).join(", ") }) : "",
    left.length ? w("end.never", { list: left.map((card) => card.title).join(", ") }) : "",
  ].filter(Boolean);
}

/** Sums of rates are good for two figures. */
function rough(value) {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return Math.round(value / step) * step;
}

/** One sentence for the live region. */
export function spoken(room) {
  const { main, second } = tell(room);
  const when = room.state && isPlayed(room.state.state) ? `${clock(room.state.t, room.scenario.start)}. ` : "";
  return `${when}${main} ${second}`.trim();
}

/** The three numbers of the wall: { name, value, level }. */
export function threeNumbers(room) {
  const { numbers: n, fields } = room;
  const goal = fields.find((field) => field.name === "answered_in_goal")?.title ?? "";
  return [
    { name: w("three.waiting"), value: count(n.waiting), isBad: n.longest_wait_s > 1200 },
    { name: w("three.helped"), value: count(n.helped_per_hour), isBad: n.hung_up_per_hour > n.helped_per_hour },
    { name: goal, value: share(n.answered_in_goal), isBad: Number.isFinite(n.answered_in_goal) && n.answered_in_goal < 0.5 },
  ];
}
