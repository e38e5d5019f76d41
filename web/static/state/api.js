// The REST API, called with the ID token.

import { config } from "./config.js";
import { Problem, request } from "./net.js";
import * as session from "./session.js";

/** address returns an API URL for a path and a query. */
export async function address(path, query = {}) {
  const { apiUrl } = await config();
  const search = new URLSearchParams(query).toString();
  return `${apiUrl}${path}${search && `?${search}`}`;
}

/**
 * authorized makes an attempt with a token. If the token is refused, it tries once more with a new token: clocks
 * differ, and a token may expire while a request is in progress.
 */
export async function authorized(attempt) {
  const response = await attempt(await session.idToken());
  if (response.status !== 401) return response;
  return attempt(await session.idToken({ renew: true }));
}

/** call returns a successful response, and otherwise throws a Problem. */
export async function call(path, { query, headers, ...init } = {}) {
  const url = await address(path, query);
  const response = await authorized((token) =>
    request(url, { ...init, headers: { ...headers, Authorization: `Bearer ${token}` } }));
  if (!response.ok) throw await Problem.of(response);
  return response;
}

const json = async (...args) => (await call(...args)).json();

export const me = (signal) => json("/users/me", { signal });
/** renewNotifications makes AWS ask the verified address again to confirm notifications. */
export const renewNotifications = () => call("/users/me/notifications", { method: "POST" });
export const users = (query, signal) => json("/users", { query, signal });
export const messages = (query, signal) => json("/messages", { query, signal });
export const unreadCount = (signal) => json("/messages/unread-count", { signal });
export const message = (id, signal) => call(`/messages/${encodeURIComponent(id)}`, { signal });
export const markRead = (id) => call(`/messages/${encodeURIComponent(id)}/read`, { method: "POST" });
