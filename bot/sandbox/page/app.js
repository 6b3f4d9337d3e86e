// The sandbox's page: which phones are shown, the clock that can be moved, and the news that keep both up to date.
// Everything on the phones came through the Bot API.

import { attempt, call } from "./control.js";
import { Phone } from "./phone.js";
import { button, estate } from "./words.js";

/** The phones of one report's way: a resident, the staff group, the clerk; and a resident who reads Chinese. */
const SHOWN_AT_FIRST = ["smith", "group", "clerk", "chan"];
const SPEAKS_IN_GROUPS = "clerk";
const PRESENT = ["creator", "administrator", "member"];

const byId = (id) => document.getElementById(id);
const phones = new Map(); // key of the phone → Phone
let clock = { at: Date.now(), read: Date.now(), frozen: true };
let shown = new Set(remembered());

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
      chip.setAttribute("aria-label", phone.unread ? `${phone.title}, ${phone.unread} unread` : phone.title);
      if (phone.unread) chip.dataset.unread = phone.unread;
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

/** Bring a phone into view; one that is in view already is put away. */
function bringOrPutAway(phone) {
  const place = phone.root.getBoundingClientRect();
  const open = phone.root.isConnected;
  const inView = open && place.left >= 0 && place.right <= innerWidth;
  if (inView) shown.delete(phone.key);
  else shown.add(phone.key);
  if (inView || !open) drawPhones();
  if (!inView) {
    phone.root.scrollIntoView({ behavior: "smooth", inline: "center", block: "nearest" });
    phone.markRead();
  }
  phone.noticed();
  remember();
}

function setClock(news) {
  clock = { at: Date.parse(news.now), read: Date.now(), frozen: news.frozen };
  byId("freeze").setAttribute("aria-pressed", String(news.frozen));
  byId("freeze").textContent = news.frozen ? "Frozen" : "Freeze";
  drawClock();
}

function drawClock() {
  const now = new Date(clock.frozen ? clock.at : clock.at + Date.now() - clock.read);
  const { timeZone } = estate;
  const day = now.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone });
  byId("now").textContent = `${day}, ${now.toLocaleTimeString("en-GB", { timeZone })}`;
  byId("now").title = `Time of the sandbox, ${timeZone}`;
}

async function moveClock(body) {
  const strip = document.querySelectorAll(".clock button");
  strip.forEach((key) => { key.disabled = true; });
  const moved = await attempt(() => call("clock", body));
  strip.forEach((key) => { key.disabled = false; });
  if (!moved) return;
  setClock(moved);
  byId("fired").textContent = moved.fired.length ? `${moved.fired.length} due` : "nothing was due";
}

async function load() {
  const state = await call("state");
  estate.timeZone = state.time_zone;
  setClock(state);
  const users = new Map(state.users.map((user) => [user.id, user]));
  const found = [];
  for (const chat of state.chats) {
    const user = users.get(chat.id);
    if (user?.key) found.push(new Phone(user.key, chat, user.first_name, user.role, user.language_code));
    else if (chat.type !== "private" && chat.migrated_to === null) found.push(groupPhone(chat, state.users, found));
  }
  const order = [...SHOWN_AT_FIRST, ...found.map(({ key }) => key)];
  found.sort((one, other) => order.indexOf(one.key) - order.indexOf(other.key));
  phones.clear();
  for (const phone of found) phones.set(phone.key, phone);
  await Promise.all(found.map((phone) => phone.load()));
  drawPeople();
}

function groupPhone(chat, users, found) {
  const key = found.some((phone) => phone.key === "group") ? String(chat.id) : "group";
  const phone = new Phone(key, chat, chat.title, "group");
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

function hear(news) {
  if (news.type === "clock") setClock(news);
  if (news.type === "chats") renewTopics();
  for (const phone of phones.values()) {
    if (phone.chat.id !== news.chat_id) continue;
    if (news.type === "message" || news.type === "edit") phone.put(news.message);
    if (news.type === "delete") phone.remove(news.message_id);
    if (news.rings) phone.ring();
  }
}

for (const key of document.querySelectorAll("[data-advance]")) {
  key.addEventListener("click", () => moveClock({ advance_s: Number(key.dataset.advance) }));
}
byId("next").addEventListener("click", () => moveClock({ to_next: true }));
byId("freeze").addEventListener("click", () => moveClock({ freeze: !clock.frozen }));
setInterval(drawClock, 1000);

// Each connection loads anew, so that nothing is missed between a loss and a reconnection.
const events = new EventSource("/sandbox/events");
let waiting = [];
let ready = false;
events.addEventListener("open", async () => {
  ready = false;
  waiting = [];
  await attempt(load);
  ready = true;
  waiting.splice(0).forEach(hear);
});
events.addEventListener("message", (event) => {
  const news = JSON.parse(event.data);
  if (ready) hear(news);
  else waiting.push(news);
});
