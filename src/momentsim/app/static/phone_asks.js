/* What a phone is asked: a ballot with how sure one is, a prediction, a mood, and a rule at the end. */
import { h, put, say } from "./elements.js";
import { count, w } from "./words.js";

const STEPS = [1, 2, 3, 4, 5];

function radio(name, value, label, isChecked = false) {
  const id = `${name}-${value}`;
  return h("p", { class: "choice" }, h("input", { type: "radio", name, id, value, checked: isChecked }), h("label", { for: id }, label));
}

/** Radio buttons in one row, 1 to 5; the ends are in words. */
function scale(name, legend, low, high, checked = 0) {
  return h("fieldset", { class: "scale" }, h("legend", {}, legend),
    h("div", { class: "steps" }, STEPS.map((step) => radio(name, step, step, step === checked))),
    h("p", { class: "ends quiet", "aria-hidden": "true" }, h("span", {}, `1 ${low}`), h("span", {}, `5 ${high}`)));
}

function chosen(form, name) {
  const value = new FormData(form).get(name);
  return value === null ? null : Number(value);
}

function tell(node, words, isBad = false) {
  node.className = isBad ? "told bad" : "told good";
  say(node, words);
}

/** A form that says below its button what came of it. `ask(form)` gives {missing} or {type, fields, done}. */
function asking(send, parts, button, ask) {
  const told = h("p", { class: "told", role: "status" });
  const form = h("form", { novalidate: true, class: "stack" }, parts, h("button", { type: "submit", class: "main" }, button), told);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { missing, type, fields, done } = ask(form);
    if (missing) return tell(told, missing, true);
    const { ok, reason } = await send(type, fields);
    return tell(told, ok ? done() : reason, !ok);
  });
  return form;
}

/** The ballot: built once for each, so that a half-made choice outlives the news that others have voted. */
export class Ballot {
  constructor(box, send) {
    Object.assign(this, { box, send, ballot: null, mine: null, kept: null, ends: 0 });
    setInterval(() => this.tick(), 500);
  }

  /** The vote that the room keeps for this phone, {ballot, choice, sure}. */
  remember(vote) {
    this.kept = vote ?? null;
  }

  show(ballot, phones) {
    const isNew = ballot !== null && ballot.id !== this.ballot?.id;
    this.ballot = ballot;
    this.box.hidden = ballot === null;
    if (ballot === null) return;
    if (isNew) this.build(ballot);
    this.ends = performance.now() / 1000 + (ballot.ends_in_s ?? 0);
    this.form.hidden = !ballot.open;
    say(this.counted, w("phone.voted", { voted: ballot.voted ?? 0, phones }));
    this.outcome(ballot);
    this.tick();
  }

  build(ballot) {
    const kept = this.kept?.ballot === ballot.id ? this.kept : null;
    this.mine = kept?.choice ?? null;
    this.left = h("span", { class: "number" });
    this.counted = h("p", { class: "quiet" });
    this.result = h("div", {});
    this.form = asking(this.send, [
      h("fieldset", {}, h("legend", {}, ballot.question), ballot.choices.map((choice, index) => radio("choice", index, choice.label, index === this.mine))),
      scale("sure", w("phone.how_sure"), w("phone.guess"), w("phone.certain"), kept?.sure ?? 3),
    ], w("phone.vote"), (form) => this.ask(form));
    put(this.box, h("h2", {}, w("phone.ballot"), " ", this.left), this.form, this.counted, this.result);
    this.box.scrollIntoView({ block: "nearest" });
  }

  ask(form) {
    const { id, choices } = this.ballot, choice = chosen(form, "choice"), sure = chosen(form, "sure");
    if (choice === null) return { missing: w("phone.choose") };
    return { type: "vote", fields: { ballot: id, choice, sure }, done: () => {
      this.mine = choice;
      return w("phone.voted_you", { choice: choices[choice].label, sure });
    } };
  }

  outcome({ open, votes, question, choices }) {
    put(this.result, !open && votes?.length > 0 && [h("p", {}, question), h("ul", { class: "votes" }, choices.map((choice, index) =>
      h("li", {}, w(index === this.mine ? "phone.votes_mine" : "phone.votes", { choice: choice.label, votes: votes[index] }))))]);
  }

  tick() {
    if (this.ballot === null) return;
    const left = Math.max(0, Math.ceil(this.ends - performance.now() / 1000));
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    say(this.left, this.ballot.open ? w("phone.left", { time }) : w("phone.ballot_over"));
  }
}

/** The prediction that is asked for; once the truth is known, what this phone had said beside it. */
export class Prediction {
  constructor(box, send) {
    Object.assign(this, { box, send, question: null, answers: {}, truth: h("div", { class: "truth" }) });
  }

  /** `truth` is what came, by question. */
  show(asked, truth) {
    const question = asked?.question ?? null;
    if (question !== this.question) {
      this.question = question;
      put(this.box, question !== null && [h("h2", {}, w("phone.predict")), this.form(asked)], this.truth);
    }
    const known = Object.entries(truth).filter(([about, value]) => about in this.answers && value !== null);
    put(this.truth, known.map(([about, value]) => h("p", {}, w(`debrief.question_${about}`), " ", w("phone.truth_mine", { truth: count(value), mine: count(this.answers[about]) }))));
    this.box.hidden = question === null && known.length === 0;
  }

  form({ question, words }) {
    const input = h("input", { type: "number", id: "prediction", min: 0, step: 1, inputmode: "numeric", autocomplete: "off" });
    return asking(this.send, [h("label", { for: "prediction" }, words), input], w("phone.predict_send"), () => {
      const value = input.valueAsNumber;
      if (!(value >= 0)) return { missing: w("phone.predict_number") };
      return { type: "predict", fields: { question, value }, done: () => {
        this.answers[question] = value;
        return w("phone.predicted", { value: count(value) });
      } };
    });
  }
}

/** One's own mood, sent when a number is touched. */
export function moodCard(send) {
  const told = h("p", { class: "told", role: "status" });
  const box = scale("mood", w("phone.mood"), w("phone.mood_low"), w("phone.mood_high"));
  box.addEventListener("change", async (event) => {
    const value = Number(event.target.value);
    const { ok, reason } = await send("mood", { value });
    tell(told, ok ? w("phone.mood_sent", { value }) : reason, !ok);
  });
  return h("section", { class: "card" }, box, told);
}

/** The rule at the end: "When more than __ wait for __ minutes, then __". */
export function ruleCard(send) {
  const area = h("textarea", { id: "rule", rows: 3, maxlength: 140, autocomplete: "off" });
  return h("section", { class: "card stack" }, h("h2", {}, w("phone.rule_title")),
    asking(send, [h("label", { for: "rule" }, w("phone.rule")), area], w("phone.rule_send"), () => {
      const text = area.value.trim();
      if (!text) return { missing: w("phone.rule_empty") };
      return { type: "rule", fields: { text }, done: () => w("phone.rule_sent") };
    }));
}
