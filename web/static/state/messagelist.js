// One list of messages, newest first, as far as it was loaded: the whole inbox, or the unread messages.
//
// A list of unread messages keeps those that are read meanwhile, here or on another device, and shows
// them as read. No message disappears while the user looks at the list. Only the user restarts it.

import * as api from "./api.js";

const PAGE = 30;

export class MessageList {
  /** ours corrects the server's data with newer local data. tell is called after each change. */
  constructor({ unreadOnly, ours, tell }) {
    Object.assign(this, { unreadOnly, ours, tell, items: [], next: undefined, loaded: false });
  }

  find(id) { return this.items.find((m) => m.id === id); }

  hasOlder() { return this.next !== undefined; }

  /** first loads the newest page and replaces the list. */
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

  /** refresh merges the newest page into the list. */
  async refresh(signal) {
    const { messages, next } = await this.ask({}, signal);
    // The page covers all messages from this id on.
    const from = next === undefined ? "" : messages.at(-1).id;
    if (this.items.some((m) => m.id >= from) || next === undefined) {
      this.merge(messages, from);
    } else { // more arrived than a page holds, so there is a gap: restart
      this.items = this.wanted(messages);
      this.next = next;
    }
    this.tell();
  }

  merge(messages, from) {
    const fresh = new Map(messages.map((m) => [m.id, m]));
    const kept = this.items.map((m) => fresh.get(m.id) ?? (this.unreadOnly && m.id >= from ? { ...m, read: true } : m));
    const arrived = this.wanted(messages).filter((m) => !this.find(m.id));
    // Ids are ULIDs, so they sort by time, even if an event arrived late.
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

  // A message that was just read may still be in the server's list of unread messages.
  wanted(messages) { return this.unreadOnly ? messages.filter((m) => !m.read) : messages; }
}
