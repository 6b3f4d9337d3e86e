// The sandbox's page: which phones are shown, the clock that can be moved, and the news that keep all up to date.
// Everything on the phones came through the Bot API.

import { attempt, call } from "./control.js";
import { Desk } from "./desk.js";
import { prepareFaults, showTraffic, takeOver } from "./faults.js";
import { choose, language, languageOf, onLanguage, say, translate } from "./language.js";
import { Phone } from "./phone.js";
import { prepareScenes } from "./scenes.js";
import { Tour } from "./tour.js";
import { button, estate } from "./words.js";

/** The phones of one report's way: a resident, the staff group, the clerk; and a resident who reads Chinese. */
const SHOWN_AT_FIRST = ["smith", "group", "clerk", "chan"];
const SPEAKS_IN_GROUPS = "clerk";
const PRESENT = ["creator", "administrator", "member"];
/** News are drawn together, so often: fifty a second on eight phones cost what a few do. */
const DRAWN_EVERY_MS = 40;
const WIDE = matchMedia("(min-width: 1000px)");
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

const byId = (id) => document.getElementById(id);
const phones = new Map(); // key of the phone → Phone
let clock = { at: Date.now(), read: Date.now(), frozen: true };
let fired = null;
let shown = new Set(remembered());

const now = () => (clock.frozen ? clock.at : clock.at + Date.now() - clock.read);
const desk = new Desk(now, () => { tour.look(); showTraffic(desk.agenda.traffic); });
const tour = new Tour(phones, showOnly, bring, desk);

/** What comes into view is read, as long as the page itself can be seen. */
const watch = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) phones.get(target.dataset.key).inView = isIntersecting;
  markRead();
}, { root: byId("phones"), threshold: 0.6 });

function markRead() {
  for (const phone of phones.values()) if (phone.isLookedAt) phone.markRead();
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem("phones")) ?? SHOWN_AT_FIRST;
  } catch {
    return SHOWN_AT_FIRST;
  }
}

function remember() {
  try {
    localStorage.setItem("phones", JSON.stringify([...shown]));
  } catch { /* a private window keeps nothing */ }
}

function drawPeople() {
  byId("people").replaceChildren(...[...phones.values()].map((phone) => {
    const chip = button("", phone.title, () => bringOrPutAway(phone));
    phone.noticed = () => {
      chip.setAttribute("aria-pressed", String(shown.has(phone.key)));
      const { title: name, unread: count } = phone;
      chip.setAttribute("aria-label", count ? say("phones.unread", { name, count }) : name);
      if (count) chip.dataset.unread = count;
      else delete chip.dataset.unread;
    };
    phone.noticed();
    return chip;
  }));
  drawPhones();
}

function drawPhones() {
  byId("phones").replaceChildren(...[...phones.values()].filter(({ key }) => shown.has(key)).map(({ root }) => root));
  for (const phone of phones.values()) phone.scroll();
}

function isInView(phone) {
  if (!phone.root.isConnected) return false;
  const place = phone.root.getBoundingClientRect();
  const room = byId("phones").getBoundingClientRect();
  return place.width > 0 && place.left >= room.left - 1 && place.right <= room.right + 1;
}

/** Bring a phone into view; one that is in view already is put away. */
function bringOrPutAway(phone) {
  if (isInView(phone)) {
    shown.delete(phone.key);
    drawPhones();
    phone.noticed();
    remember();
  } else {
    bring(phone, CALM.matches ? "auto" : "smooth");
  }
}

/** Show these phones and no others, side by side in that order. */
function showOnly(keys) {
  shown = new Set(keys);
  const others = [...phones].filter(([key]) => !shown.has(key));
  const chosen = keys.map((key) => [key, phones.get(key)]);
  phones.clear();
  for (const [key, phone] of [...chosen, ...others]) phones.set(key, phone);
  drawPeople();
  remember();
}

/** Show a phone, and have it in view; `behaviour` is how it is scrolled to. */
function bring(phone, behaviour = "auto") {
  if (!shown.has(phone.key)) {
    shown.add(phone.key);
    drawPhones();
    remember();
  }
  if (!WIDE.matches) showDesk(false);
  if (!isInView(phone)) phone.root.scrollIntoView({ behavior: behaviour, inline: "center", block: "nearest" });
  phone.markRead();
  phone.noticed();
}

function showDesk(wanted) {
  document.body.classList.toggle("desk", wanted);
  byId("show-desk").setAttribute("aria-pressed", String(wanted));
}

function setClock(news) {
  clock = { at: Date.parse(news.now), read: Date.now(), frozen: news.frozen };
  drawClock();
}

/** Know whether the bot lives; of one that is dead nothing can be asked. */
function setAlive(alive) {
  desk.alive = alive;
  desk.soon();
}

function drawClock() {
  const at = new Date(now());
  const { timeZone } = estate;
  const tongue = language() === "en" ? "en-GB" : document.documentElement.lang;
  const day = at.toLocaleDateString(tongue, { weekday: "short", day: "numeric", month: "short", timeZone });
  byId("now").textContent = `${day}, ${at.toLocaleTimeString("en-GB", { timeZone })}`;
  byId("now").title = say("clock.zone", { zone: timeZone });
  byId("freeze").setAttribute("aria-pressed", String(clock.frozen));
  byId("freeze").textContent = say(clock.frozen ? "clock.frozen" : "clock.freeze");
  byId("fired").textContent = fired === null ? "" : fired ? say("clock.fired", { count: fired }) : say("clock.quiet");
}

async function moveClock(body) {
  const strip = document.querySelectorAll(".clock button");
  strip.forEach((key) => { key.disabled = true; });
  const moved = await attempt(() => call("clock", body));
  strip.forEach((key) => { key.disabled = false; });
  if (!moved) return null;
  fired = "freeze" in body ? null : moved.fired.length;
  setClock(moved);
  desk.soon();
  return moved;
}

async function load() {
  const state = await call("state");
  estate.timeZone = state.time_zone;
  setClock(state);
  takeOver(state);
  setAlive(state.alive);
  const users = new Map(state.users.map((user) => [user.id, user]));
  const found = [];
  for (const chat of state.chats) {
    const user = users.get(chat.id);
    if (user?.key) found.push(new Phone(user.key, chat, user.first_name, user.role, languageOf(user.language_code)));
    else if (chat.type !== "private" && chat.migrated_to === null) found.push(groupPhone(chat, state.users, found));
  }
  const order = [...SHOWN_AT_FIRST, ...found.map(({ key }) => key)];
  found.sort((one, other) => order.indexOf(one.key) - order.indexOf(other.key));
  phones.clear();
  watch.disconnect();
  for (const phone of found) {
    phones.set(phone.key, phone);
    watch.observe(phone.root);
  }
  await Promise.all([...found.map((phone) => phone.load()), desk.refresh()]);
  drawPeople();
}

function groupPhone(chat, users, found) {
  const key = found.some((phone) => phone.key === "group") ? String(chat.id) : "group";
  const phone = new Phone(key, chat, chat.title, "group", "en");
  phone.speakAs(users.filter(({ id }) => PRESENT.includes(chat.members[id])), SPEAKS_IN_GROUPS);
  phone.setTopics(chat.topics);
  return phone;
}

async function renewTopics() {
  const { chats } = await call("state");
  for (const phone of phones.values()) {
    const chat = chats.find(({ id, type }) => id === phone.chat.id && type !== "private");
    if (!chat) continue;
    phone.chat = chat;
    phone.setTopics(chat.topics);
    phone.draw();
  }
}

/** Draw news, oldest first: those of each phone together. */
function hear(heard) {
  const rings = new Map();
  const messages = new Map();
  const flush = (phone) => {
    if (messages.has(phone)) phone.put(messages.get(phone));
    messages.delete(phone);
  };
  for (const news of heard) {
    if (news.type === "clock") setClock(news);
    if (news.type === "chats") renewTopics();
    if (news.type === "bot") setAlive(news.alive);
    for (const phone of phones.values()) {
      if (phone.chat.id !== news.chat_id) continue;
      if (news.type === "message" || news.type === "edit") {
        if (!messages.has(phone)) messages.set(phone, []);
        messages.get(phone).push(news.message);
      }
      if (news.type === "delete") {
        flush(phone);
        phone.remove(news.message_id);
      }
      if (news.rings) rings.set(phone, (rings.get(phone) ?? 0) + 1);
    }
  }
  for (const phone of [...messages.keys()]) flush(phone);
  for (const [phone, times] of rings) phone.ring(times);
  desk.soon(); // and the tour looks when the desk has: what is on the phones may be ahead of it
}

for (const key of document.querySelectorAll("[data-advance]")) {
  key.addEventListener("click", () => moveClock({ advance_s: Number(key.dataset.advance) }));
}
byId("next").addEventListener("click", () => moveClock({ to_next: true }));
byId("freeze").addEventListener("click", () => moveClock({ freeze: !clock.frozen }));
byId("show-desk").addEventListener("click", () => showDesk(!document.body.classList.contains("desk")));
byId("language").value = language();
byId("language").addEventListener("change", () => choose(byId("language").value));
document.addEventListener("visibilitychange", markRead);
document.addEventListener("keydown", ({ key, target }) => {
  const menu = target.closest("details[open]");
  if (key !== "Escape" || !menu) return;
  menu.querySelector("summary").focus(); // first, or the focus would go with what is closed
  menu.open = false;
});
document.addEventListener("toggle", () => tour.draw(), true);
onLanguage(() => {
  for (const phone of phones.values()) {
    phone.say();
    phone.setTopics(phone.chat.topics);
    phone.draw();
    phone.noticed();
  }
  drawClock();
  prepareFaults(() => desk.soon());
  prepareScenes(phones, showOnly, bring, desk, moveClock, now);
  desk.refresh();
});
translate(document);
prepareFaults(() => desk.soon());
prepareScenes(phones, showOnly, bring, desk, moveClock, now);
showDesk(WIDE.matches);
WIDE.addEventListener("change", () => showDesk(WIDE.matches));
setInterval(drawClock, 1000);

// Each connection loads anew, so that nothing is missed between a loss and a reconnection.
const events = new EventSource("/sandbox/events");
let waiting = [];
let ready = false;
let drawing = null;
events.addEventListener("error", () => { byId("gone").hidden = false; });
events.addEventListener("open", async () => {
  byId("gone").hidden = true;
  ready = false;
  waiting = [];
  await attempt(load);
  ready = true;
  drawSoon();
});
events.addEventListener("message", (event) => {
  waiting.push(JSON.parse(event.data));
  drawSoon();
});

function drawSoon() {
  if (ready && waiting.length) drawing ??= setTimeout(() => { drawing = null; hear(waiting.splice(0)); }, DRAWN_EVERY_MS);
}
