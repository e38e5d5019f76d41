// The session and its tokens. ID and access token are only in this module's memory. The refresh token
// is in the vault, so that the user stays signed in after a reload.

import * as vault from "./vault.js";

const ENTRY = "session";
const EARLY = 60_000; // ms before its expiry at which a token is renewed, for clock skew and slow uploads
// The pool's errors for a refresh token that will never work again. Other errors (offline, throttled,
// 5xx) do not end the session.
const OVER = new Set(["NotAuthorizedException", "UserNotFoundException", "PasswordResetRequiredException", "UserNotConfirmedException"]);

let account = null; // { username, userId, refreshToken }
let tokens = null; // { id, access, until }
let renewing = null;
let ended = ""; // why the last session ended: "", "expired" or "signed-out"

/** changes dispatches "in" and "out". */
export const changes = new EventTarget();
const tabs = globalThis.BroadcastChannel ? new BroadcastChannel("sealpost-session") : null;

/** who returns {username, userId}, or null if no user is signed in. */
export const who = () => account && { username: account.username, userId: account.userId };

/** whyEnded returns the reason that the sign-in page explains. */
export const whyEnded = () => ended;

/** restore restores the session of an earlier load or another tab. It needs no network. */
export async function restore() {
  try {
    account = await vault.getJSON(ENTRY);
  } catch {
    account = null; // treat an unreadable vault as empty: the user signs in again
  }
  return who();
}

/** signIn throws the pool's Problem if it refuses. */
export async function signIn(username, password) {
  const pool = await import("./pool.js");
  const result = await pool.passwordAuth(username, password);
  const claims = claimsOf(result.IdToken);
  account = { username: claims["cognito:username"], userId: claims.sub, refreshToken: result.RefreshToken };
  keep(result);
  await vault.putJSON(ENTRY, account);
  ended = "";
  changes.dispatchEvent(new Event("in"));
  tabs?.postMessage("in");
}

/** idToken returns a valid token, or with renew a new one, because the server refused the old one. */
export const idToken = async (options) => (await valid(options)).id;

/** accessToken does the same for the user pool's token. */
export const accessToken = async (options) => (await valid(options)).access;

async function valid({ renew = false } = {}) {
  if (!account) throw await sessionOver();
  if (!renew && tokens && tokens.until - EARLY > Date.now()) return tokens;
  renewing ??= refresh().finally(() => { renewing = null; });
  await renewing;
  return tokens;
}

async function refresh() {
  const pool = await import("./pool.js");
  const before = account;
  try {
    const result = await pool.refreshAuth(before.refreshToken);
    if (account !== before) throw await sessionOver(); // signed out meanwhile
    keep(result);
    // A pool with refresh token rotation returns a new one each time.
    if (result.RefreshToken && result.RefreshToken !== account.refreshToken) {
      account = { ...account, refreshToken: result.RefreshToken };
      await vault.putJSON(ENTRY, account);
    }
  } catch (error) {
    if (!OVER.has(error.name)) throw error;
    if (account === before) await end("expired", () => vault.remove(ENTRY));
    throw await sessionOver();
  }
}

function keep(result) {
  tokens = { id: result.IdToken, access: result.AccessToken, until: Date.now() + result.ExpiresIn * 1000 };
}

/** signOut forgets the session before it tells the pool, so that a lost connection cannot keep the user signed in. */
export async function signOut() {
  const refreshToken = account?.refreshToken;
  await end("signed-out", vault.destroy);
  tabs?.postMessage("out");
  if (!refreshToken) return;
  const pool = await import("./pool.js");
  await pool.revoke(refreshToken).catch(() => {}); // forgotten here in any case, and it expires
}

// An expired session keeps the vault's key and the draft, because the same user may return.
async function end(reason, forget) {
  account = null;
  tokens = null;
  ended = reason;
  await forget();
  changes.dispatchEvent(new Event("out"));
}

async function sessionOver() {
  const { Problem } = await import("./net.js");
  return new Problem("session", { title: "Your session has ended", detail: "Sign in again to go on." });
}

// The server verifies the token. Here it is read only to show a name.
function claimsOf(token) {
  const payload = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
  const bytes = Uint8Array.from(atob(payload), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

// A sign-out in one tab signs out all tabs. A sign-in also signs in tabs that show the sign-in page.
tabs?.addEventListener("message", async ({ data }) => {
  if (data === "out" && account) await end("signed-out", vault.disown);
  if (data === "in" && !account && (await restore())) changes.dispatchEvent(new Event("in"));
});
