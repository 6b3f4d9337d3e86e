// The phones of the sandbox. Everything shown came through the Bot API; whatever people or the bot wrote is put on
// the page as text, never as markup.

const SHOWN_AT_FIRST = ["chan", "li", "guard", "cleaner", "clerk", "group", "technician", "director"];
const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const FILES = ["voice", "video", "audio", "document", "sticker"];

const byId = (id) => document.getElementById(id);
const phones = new Map(); // key of the phone → Phone
let clock = { at: Date.now(), read: Date.now(), frozen: true };

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

async function call(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  };
  const response = await fetch(`/sandbox/${path}`, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

async function attempt(work) {
  try {
    byId("notice").hidden = true;
    return await work();
  } catch (error) {
    byId("notice").textContent = error.message;
    byId("notice").hidden = false;
    return null;
  }
}

// Entities are sorted, and nest; offsets count UTF-16 units, as JavaScript's strings do.
function rendered(text, entities, phone) {
  const fragment = document.createDocumentFragment();
  const queue = [...(entities ?? [])];
  function fill(parent, from, to) {
    let at = from;
    while (queue.length && queue[0].offset < to) {
      const entity = queue.shift();
      const begin = Math.max(at, entity.offset);
      const end = Math.min(to, entity.offset + entity.length);
      if (end <= begin) continue;
      parent.append(text.slice(at, begin));
      const node = nodeOf(entity, text.slice(begin, end), phone);
      fill(node, begin, end);
      parent.append(node);
      at = end;
    }
    parent.append(text.slice(at, to));
  }
  fill(fragment, 0, text.length);
  return fragment;
}

function nodeOf(entity, content, phone) {
  if (entity.type in TAGS) return element(TAGS[entity.type]);
  if (entity.type === "date_time") {
    const node = element("time");
    const moment = new Date(entity.unix_time * 1000);
    node.dateTime = moment.toISOString();
    node.title = moment.toLocaleString();
    return node;
  }
  const address = entity.type === "text_link" ? entity.url : entity.type === "url" ? content : "";
  if (/^https?:/i.test(address)) {
    const link = element("a");
    link.href = address;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }
  if (entity.type === "bot_command") {
    const command = element("button", "command");
    command.type = "button";
    command.addEventListener("click", () => phone.send({ text: content }));
    return command;
  }
  return element("span", entity.type);
}

class Phone {
  constructor(key, chat, title, subtitle) {
    this.key = key;
    this.chat = chat;
    this.me = chat.type === "private" ? chat.id : null;
    this.topic = null;
    this.replyTo = null;
    this.messages = new Map();
    this.rows = new Map();
    this.root = byId("phone").content.firstElementChild.cloneNode(true);
    this.part = (selector) => this.root.querySelector(selector);
    this.part("h2").textContent = title;
    this.part("header p").textContent = subtitle;
    this.part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const field = this.part("[name=text]");
      const text = field.value.trim();
      field.value = "";
      if (text) this.send({ text });
    });
    this.part("[type=file]").addEventListener("change", (event) => this.sendPhoto(event.target));
    this.part(".reply button").addEventListener("click", () => this.setReply(null));
  }

  speakAs(users) {
    const select = this.part("select");
    for (const user of users) {
      const option = element("option", "", user.first_name);
      option.value = user.id;
      option.selected = user.key === "clerk";
      select.append(option);
    }
    this.me = Number(select.value);
    select.addEventListener("change", () => { this.me = Number(select.value); this.draw(); });
    this.part(".as").hidden = false;
  }

  setTopics(topics) {
    const nav = this.part(".topics");
    nav.replaceChildren();
    nav.hidden = topics.length === 0;
    for (const topic of [{ id: null, name: "All" }, ...topics]) {
      const tab = element("button", "", topic.name);
      tab.type = "button";
      tab.setAttribute("aria-pressed", String(topic.id === this.topic));
      tab.addEventListener("click", () => { this.topic = topic.id; this.setTopics(topics); this.draw(); });
      nav.append(tab);
    }
  }

  async load() {
    const messages = await call(`chats/${this.chat.id}/messages`);
    this.messages = new Map(messages.map((message) => [message.message_id, message]));
    this.draw();
  }

  draw() {
    this.rows.clear();
    this.part(".messages").replaceChildren();
    for (const message of this.messages.values()) this.show(message);
    this.drawKeyboard();
    this.scroll();
  }

  scroll() {
    const list = this.part(".messages");
    list.scrollTop = list.scrollHeight;
  }

  put(message) {
    const known = this.messages.has(message.message_id);
    this.messages.set(message.message_id, message);
    this.show(message);
    this.drawKeyboard();
    if (!known) this.scroll();
  }

  remove(messageId) {
    this.messages.delete(messageId);
    this.rows.get(messageId)?.remove();
    this.rows.delete(messageId);
    this.drawKeyboard();
  }

  show(message) {
    if (this.topic !== null && message.message_thread_id !== this.topic) return;
    const row = this.rowOf(message);
    const old = this.rows.get(message.message_id);
    if (old) old.replaceWith(row);
    else this.part(".messages").append(row);
    this.rows.set(message.message_id, row);
  }

  rowOf(message) {
    const service = serviceText(message);
    if (service) return element("li", "service", service);
    const row = element("li", message.from.id === this.me ? "mine" : "theirs");
    const bubble = element("div", "bubble");
    row.append(bubble);
    if (this.chat.type !== "private") bubble.append(element("b", "name", message.from.first_name));
    const quoted = message.reply_to_message;
    if (quoted && !quoted.forum_topic_created) bubble.append(element("p", "quote", summary(quoted)));
    if (message.forward_origin) bubble.append(element("p", "quote", "Forwarded"));
    if (message.photo) {
      const image = element("img");
      image.src = `/sandbox/files/${message.photo.at(-1).file_id}`;
      image.alt = "Photo";
      bubble.append(image);
    }
    for (const kind of FILES) if (message[kind]) bubble.append(element("p", "file", `📎 ${kind}`));
    if (message.location) bubble.append(element("p", "file", `📍 ${message.location.latitude}, ${message.location.longitude}`));
    const words = element("p", "words");
    words.append(rendered(message.text ?? message.caption ?? "", message.entities ?? message.caption_entities, this));
    bubble.append(words);
    const foot = element("p", "foot");
    for (const reaction of message.reactions ?? []) foot.append(element("span", "reaction", reaction.emoji));
    const at = new Date(message.date * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    foot.append(element("span", "", message.edit_date ? `edited ${at}` : at));
    const reply = element("button", "answer", "↩");
    reply.type = "button";
    reply.title = "Reply";
    reply.addEventListener("click", () => this.setReply(message));
    foot.append(reply);
    bubble.append(foot);
    for (const buttons of message.reply_markup?.inline_keyboard ?? []) row.append(this.buttonRow(buttons, message));
    return row;
  }

  buttonRow(buttons, message) {
    const line = element("div", "buttons");
    for (const button of buttons) {
      const key = element("button", button.style ?? "", button.text);
      key.type = "button";
      if (button.url) key.addEventListener("click", () => open(button.url, "_blank", "noopener"));
      else key.addEventListener("click", () => this.tap(message.message_id, button.callback_data));
      line.append(key);
    }
    return line;
  }

  drawKeyboard() {
    const bar = this.part(".keyboard");
    bar.replaceChildren();
    let markup = null;
    for (const message of this.messages.values()) {
      if (message.reply_markup?.keyboard) markup = message.reply_markup;
      if (message.reply_markup?.remove_keyboard) markup = null;
    }
    bar.hidden = markup === null;
    for (const buttons of markup?.keyboard ?? []) {
      const line = element("div", "buttons");
      for (const button of buttons) {
        const key = element("button", "", button.text);
        key.type = "button";
        key.addEventListener("click", () => this.send({ text: button.text }));
        line.append(key);
      }
      bar.append(line);
    }
  }

  setReply(message) {
    this.replyTo = message?.message_id ?? null;
    this.part(".reply").hidden = message === null;
    this.part(".reply span").textContent = message ? `Reply to: ${summary(message)}` : "";
    if (message) this.part("[name=text]").focus();
  }

  send(content) {
    const body = { from: this.me, ...content };
    if (this.replyTo !== null) body.reply_to = this.replyTo;
    else if (this.topic !== null) body.thread = this.topic;
    this.setReply(null);
    return attempt(() => call(`chats/${this.chat.id}/messages`, body));
  }

  async sendPhoto(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      const field = this.part("[name=text]");
      const caption = field.value.trim();
      field.value = "";
      this.send({ photo: reader.result.split(",", 2)[1], caption });
    });
    reader.readAsDataURL(file);
  }

  async tap(messageId, data) {
    const answer = await attempt(() => call(`chats/${this.chat.id}/messages/${messageId}/tap`, { from: this.me, data }));
    if (answer?.text) this.toast(answer.text);
    if (answer && !answer.answered) this.toast("The bot gave no answer");
  }

  toast(text) {
    const toast = this.part(".toast");
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => { toast.hidden = true; }, 4000);
  }

  ring() {
    this.root.classList.remove("rings");
    void this.root.offsetWidth; // lets the animation begin anew
    this.root.classList.add("rings");
  }
}

function summary(message) {
  return (message.text ?? message.caption ?? (message.photo ? "Photo" : "Message")).slice(0, 60);
}

function serviceText(message) {
  if (message.forum_topic_created) return `Topic “${message.forum_topic_created.name}”`;
  if (message.forum_topic_edited) return `Topic is now “${message.forum_topic_edited.name}”`;
  if (message.new_chat_members) return `${message.new_chat_members[0].first_name} joined`;
  if (message.left_chat_member) return `${message.left_chat_member.first_name} left`;
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return "The group became a supergroup";
  return "";
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem("phones")) ?? SHOWN_AT_FIRST;
  } catch {
    return SHOWN_AT_FIRST;
  }
}

function drawPeople() {
  const nav = byId("people");
  nav.replaceChildren();
  const shown = new Set(remembered());
  byId("phones").replaceChildren();
  for (const phone of phones.values()) {
    const chip = element("button", "", phone.part("h2").textContent);
    chip.type = "button";
    chip.setAttribute("aria-pressed", String(shown.has(phone.key)));
    chip.addEventListener("click", () => {
      if (!shown.delete(phone.key)) shown.add(phone.key);
      try {
        localStorage.setItem("phones", JSON.stringify([...shown]));
      } catch { /* a private window keeps nothing */ }
      drawPeople();
    });
    nav.append(chip);
    if (shown.has(phone.key)) {
      byId("phones").append(phone.root);
      phone.scroll();
    }
  }
}

function setClock(news) {
  clock = { at: Date.parse(news.now), read: Date.now(), frozen: news.frozen };
  byId("freeze").setAttribute("aria-pressed", String(news.frozen));
  byId("freeze").textContent = news.frozen ? "Frozen" : "Freeze";
  drawClock();
}

function drawClock() {
  const now = new Date(clock.frozen ? clock.at : clock.at + Date.now() - clock.read);
  byId("now").textContent = now.toLocaleString([], { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

async function moveClock(body) {
  const strip = document.querySelectorAll(".clock button");
  strip.forEach((button) => { button.disabled = true; });
  const moved = await attempt(() => call("clock", body));
  strip.forEach((button) => { button.disabled = false; });
  if (!moved) return;
  setClock(moved);
  byId("fired").textContent = moved.fired.length ? `${moved.fired.length} due` : "";
}

async function load() {
  const state = await call("state");
  setClock(state);
  phones.clear();
  const users = new Map(state.users.map((user) => [user.id, user]));
  for (const chat of state.chats) {
    const user = users.get(chat.id);
    if (user?.key) phones.set(user.key, new Phone(user.key, chat, user.first_name, user.role));
    if (chat.type === "private" || chat.migrated_to !== null) continue;
    const key = phones.has("group") ? String(chat.id) : "group";
    const phone = new Phone(key, chat, chat.title, "group");
    phone.speakAs(state.users.filter((one) => ["creator", "administrator", "member"].includes(chat.members[one.id])));
    phone.setTopics(chat.topics);
    phones.set(key, phone);
  }
  const order = [...SHOWN_AT_FIRST, ...phones.keys()];
  const sorted = [...phones.entries()].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  phones.clear();
  for (const [key, phone] of sorted) phones.set(key, phone);
  await Promise.all([...phones.values()].map((phone) => phone.load()));
  drawPeople();
}

function hear(news) {
  if (news.type === "clock") setClock(news);
  for (const phone of phones.values()) {
    if (phone.chat.id !== news.chat_id) continue;
    if (news.type === "message" || news.type === "edit") phone.put(news.message);
    if (news.type === "delete") phone.remove(news.message_id);
    if (news.rings) phone.ring();
  }
}

for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () => moveClock({ advance_s: Number(button.dataset.advance) }));
}
byId("next").addEventListener("click", () => moveClock({ to_next: true }));
byId("freeze").addEventListener("click", () => moveClock({ freeze: !clock.frozen }));
setInterval(drawClock, 1000);

// Each connection loads anew, so that nothing is missed between a loss and a reconnection.
const events = new EventSource("/sandbox/events");
let news = [];
let ready = false;
events.addEventListener("open", async () => {
  ready = false;
  news = [];
  await attempt(load);
  ready = true;
  news.splice(0).forEach(hear);
});
events.addEventListener("message", (event) => {
  const told = JSON.parse(event.data);
  if (ready) hear(told);
  else news.push(told);
});
