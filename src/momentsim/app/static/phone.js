/* A phone in a room: three numbers, a small chart, the levers, and what people are asked. It comes back after sleep where
   the storm is, and says plainly when it hears nothing. */
import { connect, roomCode } from "./connection.js";
import { lines } from "./charts.js";
import { byId, h, put, say } from "./elements.js";
import { joinForm, remember, remembered } from "./join_form.js";
import { Ballot, Prediction, moodCard, ruleCard } from "./phone_asks.js";
import { LeverCards, whyNoPull } from "./phone_levers.js";
import { clock, count, loadWords, money, share, span, w } from "./words.js";

const TWO_HOURS = 7200;
const CHART_EVERY = 1000;  // milliseconds: a small screen needs no more

const code = roomCode();

function askWho(problem = "") {
  const { name = "", team = "" } = remembered(code) ?? {};
  put(byId("head"));
  put(byId("main"), joinForm({ code, name, team, problem }, (said) => {
    remember(code, { name: said.name, team: said.team });
    play(said);
  }));
}

/** The page of one who has joined; every part is made once and filled by news. */
class PhonePage {
  constructor(send) {
    const section = (props) => h("section", { class: "card stack", hidden: true, ...props });
    this.banner = h("p", { class: "banner", role: "alert", hidden: true });
    this.who = h("p", { class: "who" });
    this.time = h("p", { class: "time number" });
    this.told = h("p", { class: "notice", role: "status", hidden: true });
    this.numbers = h("dl", { class: "three" });
    this.chart = h("div", { class: "phone-chart" });
    this.truths = section({ "aria-label": w("phone.xray") });
    this.ballot = new Ballot(section({ id: "ballot" }), send);
    this.prediction = new Prediction(section({ id: "asked" }), send);
    this.levers = new LeverCards(h("section", { class: "stack", id: "levers" }), send);
    this.rule = ruleCard(send);
    this.rule.hidden = true;
    this.drawnAt = -Infinity;
    put(byId("head"), this.who, this.time);
    put(byId("main"), this.banner, h("h1", { class: "only-read" }, w("phone.page")), this.told, this.ballot.box, this.prediction.box,
      this.rule, this.numbers, this.truths, this.chart, moodCard(send), this.levers.box);
  }

  /** What this phone had said before it slept or was loaded again. */
  remember(mine) {
    this.isCaptain = mine?.captain ?? false;
    this.ballot.remember(mine?.vote);
    this.prediction.answers = { ...this.prediction.answers, ...mine?.predictions };
    if (mine?.mood) byId(`mood-${mine.mood}`).checked = true;
  }

  connection(status) {
    this.banner.hidden = status === "open";
    if (status !== "open") say(this.banner, w(status === "connecting" && this.isNew ? "phone.connecting" : "phone.lost"));
    if (status === "open") this.isNew = false;
  }

  state(room) {
    const { scenario, state } = room;
    if (!state) return;
    say(this.who, [this.team || this.name, room.code].filter(Boolean).join(" · "));
    this.ballot.show(state.ballot ?? null, state.phones ?? 0);
    const isOver = ["finished", "debrief", "closed"].includes(state.state);
    this.prediction.show(isOver ? null : state.asking, state.truth ?? {});
    this.rule.hidden = !["finished", "debrief"].includes(state.state);
    this.levers.box.hidden = isOver;
    const words = state.catching_up ? w("phone.catching_up") : w(`phone.state_${state.state}`);
    say(this.told, words);
    this.told.hidden = state.state === "running" && !state.catching_up;
    this.levers.show(room.levers, scenario.start, whyNoPull(state.mode, this.isCaptain));
    this.frame(room, state.t);
  }

  /** Numbers and chart; `t` is when: that of the frame, or of a state that is newer than it. */
  frame(room, t = room.frame.t) {
    const { scenario, state, numbers, frame } = room;
    if (!state) return;
    say(this.time, `${clock(t, scenario.start)} ${state.state === "running" ? "▶" : ""}`);
    if (frame) this.figures(numbers, room.fields);
    this.xray(frame?.x, room);
    if (performance.now() - this.drawnAt > CHART_EVERY) this.draw(room);
  }

  figures(numbers, fields) {
    put(this.numbers, [
      [w("phone.waiting"), count(numbers.waiting)],
      [w("phone.longest"), span(numbers.longest_wait_s)],
      [fields.find(({ name }) => name === "answered_in_goal")?.title ?? "", share(numbers.answered_in_goal)],
    ].map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", { class: "number" }, value))));
  }

  /** What really happened, once the facilitator shows it. */
  xray(x, { ledger, scenario }) {
    this.truths.hidden = !x;
    if (!x) return;
    const moved = ledger.map(({ title }, index) => ({ title, value: x.ledger?.[index] ?? 0 })).filter(({ value }) => Math.abs(value) >= 1);
    put(this.truths, h("h2", {}, w("phone.xray")),
      h("p", {}, w("phone.never_helped", { n: count(x.never_helped) })),
      h("p", {}, w("phone.call_again", { n: count(x.will_call_again) })),
      moved.length > 0 && [h("p", {}, w("phone.loyalty")), h("ul", {}, moved.map(({ title, value }) => h("li", {}, `${title}: ${money(value, scenario.currency)}`)))]);
  }

  draw({ scenario, state, series, frame }) {
    this.drawnAt = performance.now();
    const mine = series[state.branch], row = mine ? mine.names.indexOf("waiting") : -1;
    const to = frame?.t ?? state.t, from = to - TWO_HOURS;
    if (row < 0 || mine.values[row].length < 2) return put(this.chart);
    return put(this.chart, lines({ title: w("phone.chart"), width: 358, height: 130, from, to, time: (t) => clock.hour(t, scenario.start),
      lines: [{ name: w("phone.waiting"), kind: "you", t0: mine.t0, step: mine.step, values: mine.values[row] }] }));
  }
}

function play({ name, team }) {
  const joining = { code, role: "phone", name, team, again: remembered(code)?.again };
  let link = null;
  const page = new PhonePage((type, fields) => link.send(type, fields));
  Object.assign(page, { name, team, isNew: true });
  link = connect(joining, {
    welcome(message, room) {
      clock.story(message.scenario.horizon_s);
      joining.again = message.again;
      page.remember(message.state.mine);
      remember(code, { name, team, again: message.again });
      page.drawnAt = -Infinity;
      page.state(room);
    },
    state: (message, room) => page.state(room),
    levers: (message, room) => page.state(room),
    series: (message, room) => page.draw(room),
    frame: (message, room) => page.frame(room),
    bye: (message) => askWho(message.reason),
  }, (status, reason) => (status === "refused" ? askWho(reason) : page.connection(status)));
}

await loadWords();
document.title = `${w("phone.page")} ${code} · momentsim`;
const said = remembered(code);
if (said?.name) play(said);
else askWho();
