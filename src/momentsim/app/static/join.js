/* The page behind the short address: asks for the code and goes to the page of that room. */
import { byId, put } from "./elements.js";
import { joinForm, remember } from "./join_form.js";
import { loadWords, w } from "./words.js";

await loadWords();
document.title = `${w("join.title")} · momentsim`;
put(byId("main"), joinForm({ code: null }, ({ code, name, team }) => {
  remember(code, { name, team });
  location.assign(`/p/${code}`);
}));
