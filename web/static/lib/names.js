// @ts-check
// The names of users: how they are shown, and found by what a person types of them.

/**
 * shown is a name as the page writes it: with the fingerprint of its user's id where it is easily taken for another.
 * @param {{username: string, fingerprint?: string, confusable?: boolean}} user
 */
export const shown = ({ username, fingerprint, confusable }) => (username && confusable ? `${username} (${fingerprint})` : username);

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
