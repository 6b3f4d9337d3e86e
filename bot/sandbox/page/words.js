// What a message says, as nodes. Whatever people or the bot wrote becomes text, never markup.

import { say } from "./language.js";

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const BLOCKS = ["pre", "blockquote", "expandable_blockquote"];

/** How times are shown: in the estate's time zone, wherever the browser is. */
export const estate = { timeZone: "UTC" };

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export function button(className, text, press) {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

export function hourOf(unixTime) {
  const form = { hour: "2-digit", minute: "2-digit", timeZone: estate.timeZone };
  return new Date(unixTime * 1000).toLocaleTimeString("en-GB", form);
}

/** Return a moment, given as ISO 8601, as the clock of the estate shows it: the day only where it is another one. */
export function momentOf(iso, now) {
  const { timeZone } = estate;
  const at = new Date(iso);
  const dayOf = (one) => one.toLocaleDateString("en-CA", { timeZone });
  const hour = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone });
  if (dayOf(at) === dayOf(new Date(now))) return hour;
  const form = { weekday: "short", day: "numeric", month: "short", timeZone };
  return `${at.toLocaleDateString(document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang, form)} ${hour}`;
}

/** Return `text` with its entities as nodes; `command` is called with a bot command that is clicked. */
export function rendered(text, entities, command) {
  // Entities are sorted, and nest; offsets count UTF-16 units, as JavaScript's strings do.
  const fragment = document.createDocumentFragment();
  const queue = [...(entities ?? [])];
  function fill(parent, from, to) {
    let at = from;
    while (queue.length && queue[0].offset < to) {
      const entity = queue.shift();
      const begin = Math.max(at, entity.offset);
      const end = Math.min(to, entity.offset + entity.length);
      if (end <= begin) continue;
      const block = BLOCKS.includes(entity.type);
      // A block stands on lines of its own; the line ends around it would be empty lines.
      parent.append(text.slice(at, block && text[begin - 1] === "\n" ? Math.max(at, begin - 1) : begin));
      const node = nodeOf(entity, text.slice(begin, end), command);
      fill(node, begin, end);
      parent.append(node);
      at = block && text[end] === "\n" ? end + 1 : end;
    }
    parent.append(text.slice(at, to));
  }
  fill(fragment, 0, text.length);
  return fragment;
}

function nodeOf(entity, content, command) {
  if (entity.type in TAGS) return element(TAGS[entity.type]);
  if (entity.type === "date_time") {
    const node = element("time");
    const moment = new Date(entity.unix_time * 1000);
    node.dateTime = moment.toISOString();
    node.title = moment.toLocaleString("en-GB", { dateStyle: "full", timeStyle: "long", timeZone: estate.timeZone });
    return node;
  }
  if (entity.type === "bot_command") return button("command", undefined, () => command(content));
  const address = entity.type === "text_link" ? entity.url : entity.type === "url" ? content : "";
  if (!/^https?:/i.test(address)) return element("span", entity.type);
  const link = element("a");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

/** Return a message in a few words, as a reply quotes it. */
export function summary(message) {
  return (message.text ?? message.caption ?? say(message.photo ? "phone.photo" : "phone.message")).slice(0, 60);
}

/** Return what a message says that nobody wrote, or "" for one that somebody did. */
export function serviceText(message) {
  const { forum_topic_created: made, forum_topic_edited: edited, new_chat_members: joined } = message;
  if (made) return say("phone.topic", made);
  if (edited) return say("phone.topic_now", edited);
  if (joined) return say("phone.joined", { name: joined[0].first_name });
  if (message.left_chat_member) return say("phone.left", { name: message.left_chat_member.first_name });
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return say("phone.grown");
  return "";
}
