// A list of messages of which only those around the reader's place are drawn: ten thousand scroll as ten do.

const AT_ONCE = 80;
const MOST_DRAWN = 240;
const NEAR = 400;
const MOST_KEPT = 20000;

export class Scroller {
  /** `rowOf` draws a message; `list` is where the rows stand, oldest first. */
  constructor(list, rowOf) {
    this.list = list;
    this.rowOf = rowOf;
    this.rows = new Map();
    this.fill([]);
    list.addEventListener("scroll", () => this.follow(), { passive: true });
  }

  /** Show these messages, from the end. */
  fill(messages) {
    this.messages = [...messages];
    this.from = Math.max(0, this.messages.length - AT_ONCE);
    this.to = this.messages.length;
    this.rows.clear();
    this.list.replaceChildren(...this.messages.slice(this.from).map((message) => this.draw(message)));
    this.toEnd();
  }

  draw(message) {
    const row = this.rowOf(message);
    this.rows.set(message.message_id, row);
    return row;
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.list;
    return this.to === this.messages.length && scrollHeight - scrollTop - clientHeight < 40;
  }

  /** Go to the newest message. */
  toEnd() {
    if (this.to < this.messages.length) this.fill(this.messages);
    this.list.scrollTop = this.list.scrollHeight;
  }

  place(messageId) {
    let low = 0;
    let high = this.messages.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.messages[middle].message_id < messageId) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Put new messages and changed ones in their places; return those that were there already. */
  put(messages) {
    const changed = [];
    const added = document.createDocumentFragment();
    for (const message of messages) {
      const at = this.place(message.message_id);
      if (this.messages[at]?.message_id === message.message_id) {
        this.messages[at] = message;
        this.redraw(message);
        changed.push(message);
        continue;
      }
      const tail = this.to === this.messages.length && at === this.to;
      this.messages.splice(at, 0, message);
      if (tail) {
        added.append(this.draw(message));
        this.to += 1;
      } else if (at < this.from) {
        this.from += 1;
        this.to += 1;
      }
    }
    this.list.append(added);
    return changed;
  }

  redraw(message) {
    const old = this.rows.get(message.message_id);
    if (!old) return;
    const focused = old.contains(document.activeElement);
    const row = this.draw(message);
    old.replaceWith(row);
    if (focused) (row.querySelector(".buttons button") ?? this.list).focus({ preventScroll: true });
  }

  remove(messageId) {
    const at = this.place(messageId);
    if (this.messages[at]?.message_id !== messageId) return;
    this.messages.splice(at, 1);
    if (at < this.from) this.from -= 1;
    if (at < this.to) this.to -= 1;
    this.rows.get(messageId)?.remove();
    this.rows.delete(messageId);
  }

  /** Keep what is drawn, and what is kept, within bounds; only where the reader does not look. */
  trim() {
    if (!this.atEnd) return;
    if (this.to - this.from > MOST_DRAWN) this.dropFirst(this.to - this.from - AT_ONCE);
    const over = this.messages.length - MOST_KEPT;
    if (over <= 0) return;
    this.messages.splice(0, over);
    this.from -= over;
    this.to -= over;
  }

  dropFirst(count) {
    for (const message of this.messages.slice(this.from, this.from + count)) this.drop(message);
    this.from += count;
  }

  dropLast(count) {
    for (const message of this.messages.slice(this.to - count, this.to)) this.drop(message);
    this.to -= count;
  }

  drop(message) {
    this.rows.get(message.message_id)?.remove();
    this.rows.delete(message.message_id);
  }

  /** Draw on where the reader comes near to an end of what is drawn; what they look at stays where it is. */
  follow() {
    const { list } = this;
    if (list.scrollTop < NEAR && this.from > 0) {
      const count = Math.min(AT_ONCE, this.from);
      const below = list.scrollHeight - list.scrollTop;
      list.prepend(...this.messages.slice(this.from - count, this.from).map((message) => this.draw(message)));
      this.from -= count;
      list.scrollTop = list.scrollHeight - below;
      if (this.to - this.from > MOST_DRAWN) this.dropLast(this.to - this.from - MOST_DRAWN);
    } else if (list.scrollHeight - list.scrollTop - list.clientHeight < NEAR && this.to < this.messages.length) {
      const count = Math.min(AT_ONCE, this.messages.length - this.to);
      list.append(...this.messages.slice(this.to, this.to + count).map((message) => this.draw(message)));
      this.to += count;
      const above = list.scrollHeight - list.scrollTop;
      if (this.to - this.from > MOST_DRAWN) this.dropFirst(this.to - this.from - MOST_DRAWN);
      list.scrollTop = list.scrollHeight - above;
    }
  }
}
