// The page's own texts, in the language that its reader chose. What is on the phones speaks the language of each phone.

const LANGUAGES = ["en", "zh_Hans", "zh_Hant"];
const listeners = [];
const texts = await (await fetch("/page/texts.json")).json();
let chosen = LANGUAGES.indexOf(remembered());

function remembered() {
  try {
    const kept = localStorage.getItem("language");
    if (LANGUAGES.includes(kept)) return kept;
  } catch { /* a private window keeps nothing */ }
  return languageOf(navigator.languages.find((one) => /^(en|zh)/.test(one)) ?? "en");
}

/** Return the page's language, as the bot names it too. */
export function language() {
  return LANGUAGES[chosen];
}

/** Speak another language, everywhere on the page. */
export function choose(wanted) {
  chosen = LANGUAGES.indexOf(wanted);
  try {
    localStorage.setItem("language", wanted);
  } catch { /* likewise */ }
  translate(document);
  for (const changed of listeners) changed();
}

/** Have `changed` called when the page speaks another language. */
export function onLanguage(changed) {
  listeners.push(changed);
}

/** Return a text of the page with the facts of the case in it, in the page's language unless another is named. */
export function say(key, facts = {}, speaks = language()) {
  return texts[key][LANGUAGES.indexOf(speaks)].replace(/{(\w+)}/g, (_, name) => facts[name]);
}

/** Whether the page has a text of that name. */
export function knows(key) {
  return key in texts;
}

/** Return the language that a Telegram client's tag stands for. */
export function languageOf(tag) {
  if (!tag.startsWith("zh")) return "en";
  return /Hant|TW|HK|MO/i.test(tag) ? "zh_Hant" : "zh_Hans";
}

/** Fill in the texts of what stands in the page's markup. */
export function translate(root) {
  document.documentElement.lang = language().replace("_", "-");
  for (const node of root.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of root.querySelectorAll("[data-say-label]")) node.setAttribute("aria-label", say(node.dataset.sayLabel));
  for (const node of root.querySelectorAll("[data-say-title]")) node.title = say(node.dataset.sayTitle);
  for (const node of root.querySelectorAll("[data-say-hint]")) node.placeholder = say(node.dataset.sayHint);
}
