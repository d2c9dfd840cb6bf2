/* What people thought, against what came: predictions, moods, the rules they wrote, and the files to take home. */
import { histogram } from "./charts.js";
import { h, put, say } from "./elements.js";
import { count, w } from "./words.js";

/** Predictions as histograms with the truth in each, once that is known. */
export function showPredictions(host, { state }) {
  const asked = (state?.predictions ?? []).filter(({ counts }) => counts.some((many) => many > 0));
  if (!asked.length) return put(host, h("p", { class: "quiet" }, w("debrief.no_predictions")));
  return put(host, asked.flatMap(({ question, edges, counts, truth }) => {
    const isKnown = truth !== undefined && truth !== null, people = counts.reduce((sum, many) => sum + many, 0);
    return [histogram({ title: w(`debrief.question_${question}`), width: Math.max(320, host.clientWidth), height: 220, edges, counts, truth: truth ?? undefined, truthWords: w("debrief.truth") }),
      isKnown && h("p", { class: "sentences" }, w("debrief.truth_sentence", { truth: count(truth), people: count(people) }))];
  }));
}

/** The rules that people wrote, as they wrote them. */
export function showRules(host, { state }) {
  const rules = state?.rules ?? [];
  put(host, rules.length ? h("ol", { class: "rules" }, rules.map((rule) => h("li", {}, typeof rule === "string" ? rule : rule.text))) : h("p", { class: "quiet" }, w("debrief.no_rules")));
}

const TAKEN_HOME = ["report.html", "handout.html", "results.xlsx"];

/** A file is asked for with the token, which an ordinary link cannot carry: the answer is a link that is good once. */
async function open(code, name, key, told) {
  say(told, w("debrief.fetching", { name }));
  const answer = await fetch(`/api/rooms/${code}/tickets`, { method: "POST", headers: { "X-Token": key, "Content-Type": "application/json" }, body: JSON.stringify({ name }) });
  if (!answer.ok) return say(told, w("debrief.not_there", { name }));
  const { url } = await answer.json();
  const link = h("a", { href: url, target: "_blank", rel: "noopener" });
  document.body.append(link);
  link.click();
  link.remove();
  return say(told, "");
}

/** After the close: report, handout, workbook, and where everything stands. */
export function showFiles(host, { files, code }, key) {
  if (!files) return put(host, h("p", { class: "quiet" }, w("debrief.no_files")));
  const told = h("p", { role: "status" }), names = TAKEN_HOME.filter((name) => files.files.includes(name));
  return put(host, h("p", {}, w("debrief.folder", { folder: files.folder })),
    h("div", { class: "row" }, names.map((name) => h("button", { type: "button", onclick: () => open(code, name, key, told) }, w(`debrief.file_${name.split(".")[0]}`)))), told);
}
