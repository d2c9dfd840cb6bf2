/* What a facilitator does, for wall and console: commands with their keys, pace, the time line, lever cards.
 *
 *   const desk = facilitator(link, notify);     desk.toggle() .faster() .xray() .pull(2) ...; desk.keys() for keys.js
 *   const slider = timeline(host, desk);        slider.draw(room)
 *   const cards = leverCards(host, desk);       cards.draw(room, isAllowed)
 *   const buttons = paces(host, desk);          buttons.draw(room)
 */
import { timeTicks } from "./charts.js";
import { confirm, h, put, say } from "./elements.js";
import { pullsOf } from "./story.js";
import { clock, count, w } from "./words.js";

export const PACES = [1, 60, 600, 1200, 1800, 3600];

export function facilitator(link, notify) {
  const { room } = link;
  const state = () => room.state ?? {};
  const told = async (type, fields) => {
    const answer = await link.send(type, fields);
    if (!answer.ok) notify(answer.reason);
    return answer;
  };
  const isOver = () => ["finished", "debrief", "closed"].includes(state().state);

  const desk = {
    room, told, notify,
    async toggle() {
      const now = state().state;
      if (now === "lobby") { const { ok } = await told("start"); if (ok && state().state === "paused") await told("resume"); }
      else if (now === "running") await told("pause");
      else if (now === "paused") await told("resume");
      else if (isOver()) notify(w("note.over"));
    },
    pace: (pace) => told("pace", { pace }),
    faster: (by) => { const at = PACES.indexOf(state().pace) + by; if (PACES[at]) desk.pace(PACES[at]); },
    xray: () => told("show", { xray: !state().xray }),
    face: () => told("show", { face: room.frame?.face ? -1 : 0 }),
    blank: () => told("show", { blank: !state().blank }),
    ghost: () => { const known = ["", "nothing", "as_planned"], at = known.indexOf(state().ghost ?? ""); return told("show", { ghost: known[(at + 1) % known.length] }); },
    time: () => room.frame?.t ?? state().t ?? 0,
    back: (seconds) => desk.goTo(Math.max(0, desk.time() - seconds)),
    goTo: (t) => told("go_to", { branch: state().branch, t: Math.round(t) }),
    undo: () => told("undo"),
    async finish() {
      if (["running", "paused", "finished"].includes(state().state)) {
        const isEarly = state().state !== "finished" && desk.time() < room.scenario.horizon_s;
        if (isEarly && !(await confirm({ title: w("finish.title"), words: [w("finish.words")], yes: w("finish.yes"), no: w("finish.no") }))) return false;
        if (!(await told("finish")).ok) return false;
      }
      return true;
    },
    jump() {
      const next = state().next_stop;
      if (!next) return notify(w("note.no_stop"));
      return desk.goTo(next.t);
    },
    pull: (index) => { const card = room.levers[index]; if (card) return ask(desk, card); },
    page: () => told("show", { page: state().page === "debrief" ? "wall" : "debrief" }),
    keys: () => [
      { keys: [" "], name: w("key.space"), words: w("key.toggle"), act: desk.toggle },
      { keys: ["+", "=", "-"], name: "+  −", words: w("key.pace"), act: (key) => desk.faster(key === "-" ? -1 : 1) },
      { keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], name: "1 … 9", words: w("key.pull"), act: (key) => desk.pull(Number(key) - 1) },
      { keys: ["j"], name: "J", words: w("key.jump"), act: desk.jump },
      { keys: ["ArrowLeft"], name: "←", words: w("key.back"), act: () => desk.back(3600) },
      { keys: ["u"], name: "U", words: w("key.undo"), act: desk.undo },
      { keys: ["x"], name: "X", words: w("key.xray"), act: desk.xray },
      { keys: ["f"], name: "F", words: w("key.face"), act: desk.face },
      { keys: ["g"], name: "G", words: w("key.ghost"), act: desk.ghost },
      { keys: ["b"], name: "B", words: w("key.blank"), act: desk.blank },
    ],
  };
  return desk;
}

/* A lever is asked for once, with what it does, how soon and for how much; the clock stands still meanwhile. */
async function ask(desk, card) {
  const { room } = desk, wasRunning = room.state.state === "running";
  if (!card.can_pull && !card.can_undo) return desk.notify(card.why_not || w("lever.not_now"));
  if (wasRunning) await desk.told("pause");
  if (!card.can_pull) {
    const yes = await confirm({ title: w("lever.release.title", { lever: card.title }), words: [w("lever.release.words")], yes: w("lever.release.yes"), no: w("lever.keep") });
    if (yes) await desk.told("release", { lever: card.name });
  } else {
    const size = await chosen(card);
    if (size !== null) await desk.told("pull", { lever: card.name, ...(size ? { size } : {}) });
  }
  if (wasRunning && room.state.state === "paused") await desk.told("resume");
}

function chosen(card) {
  return new Promise((resolve) => {
    const answer = (value) => () => { dialog.close(); dialog.remove(); resolve(value); };
    const choices = card.sizes.length > 1
      ? card.sizes.map((size) => h("button", { class: "main size", type: "button", onclick: answer(size.name) }, h("b", {}, size.name.replaceAll("_", " ")), h("span", {}, [first(size.words), size.price].filter(Boolean).join(" · "))))
      : [h("button", { class: "main", type: "button", onclick: answer(card.sizes[0]?.name ?? "") }, w("lever.pull.yes"))];
    const dialog = h("dialog", { class: "pull", "aria-labelledby": "pull-title", oncancel: (event) => { event.preventDefault(); answer(null)(); } },
      h("h2", { id: "pull-title" }, w("lever.pull.title", { lever: card.title })), h("p", {}, first(card.words)),
      h("p", {}, h("b", {}, works(card)), ` · ${card.price}`), h("p", { class: "quiet" }, w("lever.clock_stands")),
      h("div", { class: "row" }, choices, h("button", { type: "button", onclick: answer(null) }, w("lever.pull.no"))));
    document.body.append(dialog);
    dialog.showModal();
  });
}

export function leverCards(host, desk) {
  let cards = [], names = "";
  return {
    draw(room, isAllowed) {
      const now = room.levers.map((card) => card.name).join("\n");
      if (now !== names || !host.hasChildNodes()) {
        names = now;
        cards = room.levers.map((_card, index) => leverCard(index, desk));
        put(host, cards.map((card) => card.button), cards.length ? null : h("p", { class: "quiet" }, w("lever.none")));
      }
      room.levers.forEach((card, index) => cards[index].draw(card, room, isAllowed));
    },
  };
}

const works = (card) => (card.lead_s > 0 ? w("lever.works_after", { lead: card.lead }) : w("lever.works_at_once"));

/* What a lever does stands first; when and for how much is told beside it. */
const first = (words) => (words ?? "").split(/(?<=[.!?])\s/)[0].replaceAll("_", " ");

/* A card is made once and only changes its words: what is under the pointer is never exchanged between press and release. */
function leverCard(index, desk) {
  const title = h("b", {}), what = h("span", { class: "what" }), lead = h("span", {}), price = h("span", {}), stands = h("span", { class: "stands" }), progress = h("span", { class: "terms" });
  const terms = h("span", { class: "terms" }, lead, price), bar = h("progress", { max: "1" });
  const button = h("button", { type: "button", onclick: () => desk.pull(index) },
    h("span", { class: "name" }, index < 9 ? h("kbd", {}, String(index + 1)) : null, title), what, terms, stands, progress, bar);
  const tell = (node, words) => { node.hidden = !words; say(node, words ?? ""); };
  return {
    button,
    draw(card, room, isAllowed) {
      const t = desk.time(), { start } = room.scenario;
      const isDue = card.state === "on_its_way" && card.acts_at > card.pulled_at;
      const done = isDue ? Math.max(0, Math.min(1, (t - card.pulled_at) / (card.acts_at - card.pulled_at))) : 1;
      button.className = `lever ${card.state}`;
      terms.hidden = !["ready", "waits"].includes(card.state);
      button.disabled = !(isAllowed && (card.can_pull || card.can_undo));
      say(title, card.title);
      tell(what, terms.hidden ? "" : first(card.words));
      say(lead, works(card));
      say(price, card.price);
      tell(stands, standing(card, done, start));
      tell(progress, card.progress);
      bar.hidden = done >= 1;
      bar.value = done;
      bar.setAttribute("aria-label", card.title);
    },
  };
}

function standing(card, done, start) {
  const at = card.acts_at === null ? "" : clock.short(card.acts_at, start);
  if (card.state === "on_its_way") return at && done < 1 ? w("lever.acts_at", { time: at }) : w("lever.on_its_way");
  if (card.state === "in_force") return at ? w("lever.in_force_since", { time: at }) : w("lever.in_force");
  return { waits: card.why_not, undone: w("lever.undone"), used_up: w("lever.used_up") }[card.state] ?? "";
}

export function paces(host, desk) {
  const shown = [60, 600, 1200, 3600].map((pace) => h("button", { type: "button", onclick: () => desk.pace(pace), title: w("pace.means", { pace: count(pace) }) }, w(`pace.${pace}`)));
  put(host, shown);
  return { draw(room) { [60, 600, 1200, 3600].forEach((pace, index) => shown[index].setAttribute("aria-pressed", String(room.state?.pace === pace))); } };
}

/* The whole story from left to right: drag back and decide differently from there, drag forward to be there at once. */
export function timeline(host, desk) {
  let isHeld = false, before = "", soon = null;  // arrow keys change it step by step: one journey, not ten
  const range = h("input", { type: "range", min: "0", step: "600", "aria-label": w("timeline.label"),
    oninput: () => { isHeld = true; say(bubble, w(Number(range.value) > desk.time() ? "timeline.on" : "timeline.back", { time: clock(Number(range.value), desk.room.scenario.start) })); bubble.hidden = false; place(bubble, Number(range.value) / Number(range.max)); },
    onchange: () => { clearTimeout(soon); soon = setTimeout(() => { bubble.hidden = true; desk.goTo(Number(range.value)).finally(() => { isHeld = false; }); }, 500); } });
  const bubble = h("output", { class: "bubble", hidden: true }), marks = h("div", { class: "marks", "aria-hidden": "true" });
  put(host, bubble, range, marks);
  const place = (node, part) => { node.style.left = `calc(10px + (100% - 20px) * ${part})`; };
  return {
    draw(room) {
      const t = room.frame?.t ?? room.state.t, end = Math.max(room.scenario.horizon_s, t);
      range.max = String(end);
      range.step = end > 172800 ? "1800" : "300";
      if (!isHeld) range.value = String(t);
      range.setAttribute("aria-valuetext", clock(t, room.scenario.start));
      const pulls = pullsOf(room), now = JSON.stringify([room.state.stops, pulls, end]);
      if (now === before) return;
      before = now;
      const stop = (one) => [h("span", { class: "stop", title: `${clock.short(one.t, room.scenario.start)} ${one.label ?? ""}` }), one.t];
      const pull = (one) => [h("span", { class: "pulled", title: `${clock.short(one.t, room.scenario.start)} ${one.title}` }), one.t];
      const named = clock.axis(end, room.scenario.start), days = timeTicks(0, end, 14).map((at) => [h("span", { class: "day" }, named(at)), at]);
      put(marks, [...days, ...(room.state.stops ?? []).map(stop), ...pulls.map(pull)].map(([node, at]) => { place(node, at / end); return node; }));
    },
  };
}

/** A short sentence that goes away by itself, read aloud once. */
export function notices(host) {
  let timer = null;
  return (words) => {
    host.hidden = false;
    say(host, words);
    clearTimeout(timer);
    timer = setTimeout(() => { host.hidden = true; say(host, ""); }, 6000);
  };
}
