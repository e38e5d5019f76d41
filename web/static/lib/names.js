// @ts-check
// Finding users by what a person types of their names.

/** @typedef {{userId: string, username: string, ready?: boolean}} User */

/** @param {string} text */
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * search finds by any part of the name, those that begin with it first; accents and case do not matter.
 * @template {{username: string}} U
 * @param {U[]} users
 * @param {string} text
 * @returns {U[]}
 */
export function search(users, text) {
  const wanted = fold(text.trim());
  if (!wanted) return users;
  const hits = users.filter((u) => fold(u.username).includes(wanted));
  const begins = (/** @type {U} */ u) => (fold(u.username).startsWith(wanted) ? 0 : 1);
  return hits.sort((a, b) => begins(a) - begins(b));
}

/**
 * exact finds the user of a name as the server would: the pool's usernames ignore case.
 * @template {{username: string}} U
 * @param {U[]} users
 * @param {string} name
 */
export const exact = (users, name) =>
  users.find((u) => u.username === name) ?? users.find((u) => u.username.toLowerCase() === name.toLowerCase());
