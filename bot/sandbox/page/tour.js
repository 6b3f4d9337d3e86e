// The guided tour: a few steps from a resident's photo to a matter that was opened again and is closed at last.
// Each step only says where to tap, and goes on when it has happened, whoever did it and in whichever way.

import { buttonFor, questionOn } from "./acting.js";
import { call } from "./control.js";
import { language, onLanguage, say } from "./language.js";

const RESIDENTS = { en: "smith", zh_Hans: "li", zh_Hant: "chan" };
const CLERK = "clerk";
const TECHNICIAN = "technician";
/** What is done on one phone, or with the clock, until something has happened; those of one key are one step. */
const TURNS = [
  { key: "photo", who: "resident", photo: "stairs", until: ({ sent }) => sent },
  { key: "submit", who: "resident", until: ({ number }) => number !== null },
  { key: "claim", who: "group", verbs: ["claim"], until: ({ did }) => did("claimed") },
  { key: "pass", who: CLERK, verbs: ["judge"], until: ({ did }) => did("judged") },
  { key: "pass", who: CLERK, verbs: ["transfer"], until: ({ did }) => did("transferred") },
  { key: "done", who: TECHNICIAN, verbs: ["accept", "handle"], photo: "repaired", until: ({ did }) => did("handled") },
  { key: "check", who: CLERK, verbs: ["verify"], until: ({ did }) => did("verified") },
  { key: "visit", who: "resident", clock: 86400, until: ({ did }) => did("visit_opened") || did("reopened") },
  { key: "visit", who: "resident", verbs: ["reopen"], until: ({ did }) => did("reopened") },
  { key: "again", who: CLERK, verbs: ["transfer"], until: ({ again }) => again("transferred") },
  { key: "again", who: TECHNICIAN, verbs: ["accept", "handle"], photo: "repaired", until: ({ again }) => again("handled") },
  { key: "recheck", who: CLERK, verbs: ["verify"], until: ({ again }) => again("verified") },
  { key: "close", who: "resident", clock: 86400, until: ({ again }) => again("visit_opened") || again("closed") },
  { key: "close", who: "resident", verbs: ["solved"], until: ({ again }) => again("closed") },
];
const STEPS = [...new Set(TURNS.map(({ key }) => key))];
const SEEN = "tour";

const byId = (id) => document.getElementById(id);

export class Tour {
  /** `phones` by key, `showOnly` some of them, `bring` one into view; `desk` shows the ticket that the tour is about. */
  constructor(phones, showOnly, bring, desk) {
    this.phones = phones;
    this.showOnly = showOnly;
    this.bring = bring;
    this.desk = desk;
    this.at = null; // the turn; null while nobody is on the tour
    byId("tour-start").addEventListener("click", () => this.start());
    byId("tour-again").addEventListener("click", () => this.start());
    byId("tour-end").addEventListener("click", () => this.end());
    byId("tour-where").addEventListener("click", () => this.pointed?.focus()); // for those who use the keyboard
    onLanguage(() => this.draw());
    byId("tour-bar").max = STEPS.length;
    byId("tour").hidden = wasSeen();
    this.draw();
  }

  who(name) {
    return this.phones.get(name === "resident" ? this.resident : name);
  }

  async start() {
    const keys = document.querySelectorAll("#tour button");
    keys.forEach((key) => { key.disabled = true; });
    this.resident = RESIDENTS[language()];
    await speakOn(this.phones, [CLERK, TECHNICIAN, "group"], language());
    this.showOnly([this.resident, "group", CLERK, TECHNICIAN]);
    this.known = new Set(this.desk.agenda.tickets.map(({ number }) => number));
    this.sentBefore = this.photosOf(this.who("resident"));
    this.number = null;
    this.events = [];
    this.at = 0;
    byId("tour").hidden = false;
    keys.forEach((key) => { key.disabled = false; });
    this.enter();
  }

  end() {
    this.at = null;
    this.point(null);
    byId("tour").hidden = true;
    remember();
    byId("tour-again").focus();
  }

  photosOf(phone) {
    return [...phone.messages.values()].filter((one) => one.photo && one.from.id === phone.me).length;
  }

  /** Look at what has happened, and go on if it was what this step waits for. */
  async look() {
    if (this.at === null) return;
    this.number ??= this.desk.agenda.tickets.find(({ number }) => !this.known.has(number))?.number ?? null;
    if (this.number) await this.readHistory();
    if (this.at === null) return;
    const seen = {
      sent: this.photosOf(this.who("resident")) > this.sentBefore,
      number: this.number,
      did: (event) => this.events.includes(event),
      again: (event) => this.events.slice(this.events.lastIndexOf("reopened") + 1).includes(event),
    };
    const before = this.at;
    while (this.at < TURNS.length && TURNS[this.at].until(seen)) this.at += 1;
    if (this.at === before) this.draw();
    else this.enter();
  }

  async readHistory() {
    if (this.desk.number !== this.number && this.desk.file?.number !== this.number) this.desk.select(this.number);
    const file = this.desk.file?.number === this.number ? this.desk.file : await call(`tickets/${this.number}`);
    this.events = file.history.map(({ event }) => event);
  }

  enter() {
    this.draw();
    if (this.at < TURNS.length) this.bring(this.who(TURNS[this.at].who));
    else remember();
  }

  /** Say where to tap, and point there. */
  draw() {
    const touring = this.at !== null;
    const finished = touring && this.at >= TURNS.length;
    byId("tour-start").hidden = touring;
    byId("tour-end").textContent = say(!touring ? "tour.later" : finished ? "tour.around" : "tour.skip");
    byId("tour-bar").hidden = !touring || finished;
    const behind = finished ? STEPS.length : touring ? STEPS.indexOf(TURNS[this.at].key) : 0;
    byId("tour-count").textContent = touring && !finished ? say("tour.count", { at: behind + 1, of: STEPS.length }) : "";
    byId("tour-bar").value = behind;
    if (!touring || finished) {
      byId("tour-why").textContent = say(finished ? "tour.finished" : "tour.invite");
      byId("tour-where").textContent = "";
      this.point(null);
      return;
    }
    const turn = TURNS[this.at];
    const { element, words } = turn.clock ? movingOn(turn.clock) : whereOf(turn, this.who(turn.who));
    byId("tour-why").textContent = say(`tour.${turn.key}`);
    if (byId("tour-where").textContent !== words) byId("tour-where").textContent = words;
    this.point(element);
  }

  point(element) {
    if (this.pointed === element && element?.isConnected) return;
    this.pointed?.classList.remove("here");
    this.pointed = element;
    element?.classList.add("here");
    element?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

function whereOf(turn, phone) {
  const name = phone.title;
  if (phone.sending) return { element: null, words: say("tour.do.wait") };
  const question = questionOn(phone);
  if (question?.pressed) return pointing(phone, question, name);
  if (question && wasAnswered(phone, question)) return { element: null, words: say("tour.do.wait") };
  if (turn.photo && (question || !turn.verbs)) return photographing(phone, turn.photo, name);
  if (question) return { element: phone.part("[name=text]"), words: say("tour.do.write", { name }) };
  const found = buttonFor(phone, turn.verbs ?? []);
  return found ? pointing(phone, found, name) : { element: null, words: say("tour.do.wait") };
}

/** Whether the newest message is the person's own: the bot has yet to take it in. */
function wasAnswered(phone, { message }) {
  const { message_id: id, from } = phone.newest(() => true);
  return from.id === phone.me && id > message.message_id;
}

/** The clock is at work while its keys are out of use. */
function movingOn(seconds) {
  const key = document.querySelector(`[data-advance="${seconds}"]`);
  if (key.disabled) return { element: null, words: say("tour.do.wait") };
  return { element: key, words: say("tour.do.clock", { button: key.textContent }) };
}

function pointing(phone, { message, pressed }, name) {
  const row = phone.list.rows.get(message.message_id);
  const element = row?.querySelector(`[data-data="${CSS.escape(pressed.callback_data)}"]`) ?? null;
  return { element, words: say("tour.do.button", { name, button: pressed.text }) };
}

function photographing(phone, photo, name) {
  const menu = phone.part(".attach:not(.menu)");
  const element = menu.open ? phone.part(`[data-sample=${photo}]`) : menu.querySelector("summary");
  return { element, words: say("tour.do.photo", { name, sample: say(`sample.${photo}`) }) };
}

/** Have the bot speak a language on these phones; what the group reads is for its director to choose. */
export async function speakOn(phones, keys, wanted) {
  for (const key of keys) await speak(phones.get(key), wanted, phones.get(key === "group" ? "director" : key).me);
}

/** Choose a language on a phone, as the person `me` would. What was chosen before the page was loaded is not known. */
async function speak(phone, wanted, me) {
  const asked = phone.newest(({ text }) => text === "/language") !== null;
  if ((phone.chose ?? (asked ? null : phone.speaks)) === wanted) return;
  await phone.send({ text: "/language", from: me });
  for (let patience = 100; patience > 0; patience -= 1) {
    const found = buttonFor(phone, ["lang"]);
    const pressed = found?.message.reply_markup.inline_keyboard.flat()
      .find(({ callback_data: data }) => data.endsWith(`:${wanted}`));
    if (pressed) {
      await phone.press(found.message, pressed, me);
      phone.chose = phone.speaks = wanted;
      phone.say();
      return;
    }
    await new Promise((later) => { setTimeout(later, 50); });
  }
}

function wasSeen() {
  try {
    return localStorage.getItem(SEEN) === "seen";
  } catch {
    return false;
  }
}

function remember() {
  try {
    localStorage.setItem(SEEN, "seen");
  } catch { /* a private window is invited anew */ }
}
