/* What a phone is asked before it takes part: the code of the room (where the address has none), a name, a team. */
import { h, say } from "./elements.js";
import { w } from "./words.js";

const CODE = /^[A-Z2-9]{4,6}$/;

/** A code as people type it, with small letters and spaces; "" where it cannot be one. */
export function cleanCode(text) {
  const code = text.toUpperCase().replace(/[\s-]/g, "");
  return CODE.test(code) ? code : "";
}

function field(name, props) {
  const id = `join-${name}`;
  const input = h("input", { id, name, type: "text", "aria-describedby": `${id}-hint`, ...props });
  const row = h("div", {}, h("label", { for: id }, w(`join.${name}`)), input, h("p", { id: `${id}-hint`, class: "quiet" }, w(`join.${name}_hint`)));
  return { input, row };
}

/** The form; `join({code, name, team})` is called with what was typed. The code is asked for where it is null. */
export function joinForm({ code, name = "", team = "", problem = "" }, join) {
  const codeField = field("code", { autocomplete: "off", autocapitalize: "characters", maxlength: 8, class: "code" });
  const nameField = field("name", { autocomplete: "nickname", maxlength: 24, value: name });
  const teamField = field("team", { autocomplete: "off", maxlength: 16, value: team });
  const told = h("p", { class: "bad", role: "alert" }, problem);
  const form = h("form", { class: "join stack", novalidate: true },
    h("h1", {}, w("join.title")),
    code === null ? codeField.row : h("p", {}, w("join.room", { code }), " ", h("a", { class: "button", href: "/j" }, w("join.other"))),
    nameField.row, teamField.row, told,
    h("button", { type: "submit", class: "main" }, w("join.join")),
    h("p", { class: "quiet" }, w("join.plain")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = code ?? cleanCode(codeField.input.value), typed = nameField.input.value.trim();
    if (asked && typed) return join({ code: asked, name: typed, team: teamField.input.value.trim() });
    say(told, w(asked ? "join.no_name" : "join.no_code"));
    return (asked ? nameField : codeField).input.focus();
  });
  return form;
}

/** What this phone said when it joined `code`, or null. It is kept for as long as the tab lives. */
export function remembered(code) {
  try {
    return JSON.parse(sessionStorage.getItem(`join-${code}`));
  } catch {
    return null;  // private windows may keep nothing
  }
}

/** Keep what a phone said when it joined `code`. */
export function remember(code, said) {
  try {
    sessionStorage.setItem(`join-${code}`, JSON.stringify(said));
  } catch {
    // then it is asked again after the next reload
  }
}
