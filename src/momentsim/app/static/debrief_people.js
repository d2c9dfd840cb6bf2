/* What people thought, against what came: predictions, moods, the rules they wrote, and the files to take home. */
import { histogram } from "./charts.js";
import { h, put, say } from "./elements.js";
import { count, w } from "./words.js";

/** Predictions as a histogram with the truth in it, once that is known. */
export function showPredictions(host, { state }) {
  const found = state?.predictions;
  if (!found?.counts?.some((many) => many > 0)) return put(host, h("p", { class: "quiet" }, w("debrief.no_predictions")));
  const truth = typeof found.truth === "number" ? found.truth : found.truth?.value;
  return put(host, histogram({ title: w(`debrief.question_${found.question ?? state.asking?.question ?? "never_helped"}`), width: Math.max(320, host.clientWidth), height: 220,
    edges: found.edges, counts: found.counts, truth, truthWords: w("debrief.truth") }),
  truth !== undefined && truth !== null && h("p", { class: "sentences" }, w("debrief.truth_sentence", { truth: count(truth), people: count(found.counts.reduce((sum, many) => sum + many, 0)) })));
}

/** The rules that people wrote, as they wrote them. */
export function showRules(host, { state }) {
  const rules = state?.rules ?? [];
  put(host, rules.length ? h("ol", { class: "rules" }, rules.map((rule) => h("li", {}, typeof rule === "string" ? rule : rule.text))) : h("p", { class: "quiet" }, w("debrief.no_rules")));
}

const KINDS = { html: "debrief.file_report", xlsx: "debrief.file_workbook", pdf: "debrief.file_handout" };

function fileWords(name) {
  if (name.startsWith("handout")) return w("debrief.file_handout");
  return w(KINDS[name.split(".").pop()] ?? "debrief.file_other", { name });
}

/** Files are asked for with the token, which an ordinary link cannot carry, and then saved. */
async function save(code, name, key, told) {
  say(told, w("debrief.saving", { name }));
  const answer = await fetch(`/api/rooms/${code}/files/${encodeURIComponent(name)}`, { headers: { "X-Token": key } });
  if (!answer.ok) return say(told, w("debrief.not_saved", { name }));
  const address = URL.createObjectURL(await answer.blob());
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return say(told, w("debrief.saved", { name }));
}

/** After the close: report, handout, workbook, and where they stand. */
export function showFiles(host, { files, code }, key) {
  if (!files) return put(host, h("p", { class: "quiet" }, w("debrief.no_files")));
  const told = h("p", { role: "status" });
  return put(host, h("p", {}, w("debrief.folder", { folder: files.folder })),
    h("div", { class: "row" }, files.files.map((name) => h("button", { type: "button", onclick: () => save(code, name, key, told) }, fileWords(name)))), told);
}
