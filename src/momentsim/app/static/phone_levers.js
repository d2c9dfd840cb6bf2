/* The lever cards of a phone: what a lever does, when it works, what it costs; pulled only after a second look. */
import { confirm, h, put } from "./elements.js";
import { clock, w } from "./words.js";

/** Why this phone may not pull, in words; "" where it may. */
export function whyNoPull(mode, captain) {
  if (mode === "anyone" || (mode === "captain" && captain)) return "";
  return w({ vote: "phone.mode_vote", captain: "phone.mode_captain" }[mode] ?? "phone.mode_console");
}

function stateWords(card, start) {
  const time = (t) => (t === null || t === undefined ? "" : clock.short(t, start));
  return w(`phone.lever_${card.state}`, { pulled: time(card.pulled_at), acts: time(card.acts_at) });
}

const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
const lead = (card) => (card.lead_s > 0 ? w("phone.works_in", { lead: card.lead }) : w("phone.works_at_once"));
const facts = (card, price) => [capital(lead(card)), price].filter(Boolean).join(" · ");

/** Cards in `box`; `send(type, fields)` is a promise of {ok, reason}. Drawn anew only where news has come. */
export class LeverCards {
  constructor(box, send) {
    this.box = box;
    this.send = send;
    this.drawn = "";
    this.refused = {};  // what the server answered, by lever
  }

  show(cards, start, refusal) {
    Object.assign(this, { cards, start, refusal });
    const news = JSON.stringify([cards, start, refusal, this.refused]);
    if (news === this.drawn) return;
    this.drawn = news;
    const sizes = Object.fromEntries([...this.box.querySelectorAll("select")].map((select) => [select.id, select.value]));
    const focused = this.box.contains(document.activeElement) ? document.activeElement.id : "";
    put(this.box, h("h2", {}, w("phone.levers")),
      refusal && h("p", { class: "quiet" }, refusal),
      cards.length === 0 && h("p", { class: "quiet" }, w("phone.no_levers")),
      cards.map((card) => this.card(card)));
    for (const select of this.box.querySelectorAll("select")) if (select.id in sizes) select.value = sizes[select.id];
    if (focused) document.getElementById(focused)?.focus();
  }

  card(card) {
    const told = this.refused[card.name];
    return h("article", { class: "card lever" },
      h("h3", {}, card.title),
      h("p", { class: "quiet" }, facts(card, card.price)),
      card.state !== "ready" && h("p", { class: "lever-state" }, stateWords(card, this.start)),
      card.progress && h("p", { class: "number" }, card.progress),
      !this.refusal && this.buttons(card),
      told && h("p", { class: "bad", role: "alert" }, told));
  }

  buttons(card) {
    const name = card.name;
    const several = card.can_pull && card.sizes.length > 1;
    const sizes = several && h("select", { id: `size-${name}`, "aria-label": w("phone.size", { lever: card.title }) },
      card.sizes.map((size) => h("option", { value: size.name }, [size.words || size.name, size.price].filter(Boolean).join(" · "))));
    return [
      sizes,
      card.can_pull && h("button", { type: "button", class: "main", id: `pull-${name}`, onclick: () => this.pull(card, sizes) },
        w("phone.pull", { lever: card.title })),
      !card.can_pull && card.why_not && h("p", { class: "quiet" }, card.why_not),
      card.can_undo && h("button", { type: "button", id: `undo-${name}`, onclick: () => this.ask("release", { lever: name }) },
        w("phone.release", { lever: card.title })),
    ];
  }

  /** "Pull now? 6 h until it works": asked once, because a thumb slips. */
  async pull(card, sizes) {
    const size = sizes ? sizes.value : undefined;
    const price = size === undefined ? card.price : card.sizes.find((one) => one.name === size).price;
    const title = card.lead_s > 0 ? w("phone.pull_now", { lead: capital(card.lead) }) : w("phone.pull_now_at_once");
    const yes = await confirm({ title, words: [`${card.title}. ${card.words}`, facts(card, price)], yes: w("phone.pull_yes"), no: w("phone.pull_no") });
    if (yes) await this.ask("pull", size === undefined ? { lever: card.name } : { lever: card.name, size });
    document.getElementById(`pull-${card.name}`)?.focus();
  }

  async ask(type, fields) {
    const { ok, reason } = await this.send(type, fields);
    if (ok) delete this.refused[fields.lever];
    else this.refused[fields.lever] = reason;
    this.show(this.cards, this.start, this.refusal);
  }
}
