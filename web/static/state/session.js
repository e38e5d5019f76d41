// Who is signed in, and the tokens. ID and access token live in this module's memory and
// nowhere else; the refresh token lives in the vault, so that a reload stays signed in.

import * as vault from "./vault.js";

const ENTRY = "session";
const EARLY = 60_000; // ms before its end at which a token is renewed: clocks and slow uploads
// What the pool answers when a refresh token will never work again. Anything else (offline,
// throttled, 5xx) is no reason to throw a person out.
const OVER = new Set(["NotAuthorizedException", "UserNotFoundException", "PasswordResetRequiredException", "UserNotConfirmedException"]);

let account = null; // { username, userId, refreshToken }
let tokens = null; // { id, access, until }
let renewing = null;
let ended = ""; // why the last session ended: "", "expired" or "signed-out"

/** changes tells of "in" and "out". */
export const changes = new EventTarget();
const tabs = globalThis.BroadcastChannel ? new BroadcastChannel("sealpost-session") : null;

/** who returns {username, userId}, or null when nobody is signed in. */
export const who = () => account && { username: account.username, userId: account.userId };

/** whyEnded says what the sign-in page should explain. */
export const whyEnded = () => ended;

/** restore takes up the session that an earlier load or another tab left. It needs no network. */
export async function restore() {
  try {
    account = await vault.getJSON(ENTRY);
  } catch {
    account = null; // an unreadable vault is an empty one: sign in again
  }
  return who();
}

/** signIn throws the pool's Problem when it refuses. */
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

/** idToken returns a token with life left in it; with renew a new one, because the server refused the old. */
export const idToken = async (options) => (await valid(options)).id;

/** accessToken does the same for the token that speaks to the user pool. */
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
    // A pool with refresh token rotation hands out a new one each time.
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

/** signOut forgets first, then tells the pool: a lost connection must not keep anybody signed in. */
export async function signOut() {
  const refreshToken = account?.refreshToken;
  await end("signed-out", vault.destroy);
  tabs?.postMessage("out");
  if (!refreshToken) return;
  const pool = await import("./pool.js");
  await pool.revoke(refreshToken).catch(() => {}); // it is forgotten here either way, and expires
}

// An expired session keeps the vault's key and the draft: the same person will come back for it.
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

// The server checks the token; here it is read only to show a name.
function claimsOf(token) {
  const payload = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
  const bytes = Uint8Array.from(atob(payload), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

// Signing out in one tab signs out all; signing in lets the waiting ones in.
tabs?.addEventListener("message", async ({ data }) => {
  if (data === "out" && account) await end("signed-out", vault.disown);
  if (data === "in" && !account && (await restore())) changes.dispatchEvent(new Event("in"));
});
