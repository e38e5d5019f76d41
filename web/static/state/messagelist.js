// One list of messages, newest first, as far as it was loaded: the whole inbox, or what is unread.
//
// A list of what is unread keeps what is read meanwhile, here or on another device, in its place and
// shows it as read. It is the reader who begins it anew: nothing goes while it is being looked at.

import * as api from "./api.js";

const PAGE = 30;

export class MessageList {
  /** ours corrects what the server says by what it cannot know yet; tell is called after each change. */
  constructor({ unreadOnly, ours, tell }) {
    Object.assign(this, { unreadOnly, ours, tell, items: [], next: undefined, loaded: false });
  }

  find(id) { return this.items.find((m) => m.id === id); }

  hasOlder() { return this.next !== undefined; }

  /** first loads the newest page, over what was there. */
  async first(signal) {
    const { messages, next } = await this.ask({}, signal);
    this.items = this.wanted(messages);
    this.next = next;
    this.loaded = true;
    this.tell();
  }

  /** older loads the next page. */
  async older(signal) {
    if (this.next === undefined) return;
    const { messages, next } = await this.ask({ cursor: this.next }, signal);
    this.items = [...this.items, ...this.wanted(messages).filter((m) => !this.find(m.id))];
    this.next = next;
    this.tell();
  }

  /** refresh looks at the newest page for what came and what changed. */
  async refresh(signal) {
    const { messages, next } = await this.ask({}, signal);
    // The page tells of all messages from this id on.
    const from = next === undefined ? "" : messages.at(-1).id;
    if (this.items.some((m) => m.id >= from) || next === undefined) {
      this.merge(messages, from);
    } else { // more came than a page holds: what is between is not known, so begin anew
      this.items = this.wanted(messages);
      this.next = next;
    }
    this.tell();
  }

  merge(messages, from) {
    const fresh = new Map(messages.map((m) => [m.id, m]));
    const kept = this.items.map((m) => fresh.get(m.id) ?? (this.unreadOnly && m.id >= from ? { ...m, read: true } : m));
    const arrived = this.wanted(messages).filter((m) => !this.find(m.id));
    // Ids are ULIDs, so their order is that of time, also for one whose event came late.
    this.items = [...arrived, ...kept].sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /** set shows a message as read or not. */
  set(id, read) {
    this.items = this.items.map((m) => (m.id === id ? { ...m, read } : m));
  }

  async ask(query, signal) {
    const page = await api.messages({ limit: PAGE, ...(this.unreadOnly && { unread: true }), ...query }, signal);
    return { messages: page.messages.map(this.ours), next: page.next };
  }

  // What was read a moment ago may still be in the server's list of what is unread.
  wanted(messages) { return this.unreadOnly ? messages.filter((m) => !m.read) : messages; }
}
