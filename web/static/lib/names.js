// @ts-check
// Usernames: how they are shown and searched.

/**
 * shown returns a name as the page writes it: with the user's fingerprint if it is easily mistaken for another.
 * @param {{username: string, fingerprint?: string, confusable?: boolean}} user
 */
export const shown = ({ username, fingerprint, confusable }) => (username && confusable ? `${username} (${fingerprint})` : username);

/** @param {string} text */
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * search finds users by any part of the name, ignoring accents and case. Names that begin with the text come first.
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
 * exact finds a user by name as the server would: the pool's usernames ignore case.
 * @template {{username: string}} U
 * @param {U[]} users
 * @param {string} name
 */
export const exact = (users, name) =>
  users.find((u) => u.username === name) ?? users.find((u) => u.username.toLowerCase() === name.toLowerCase());
