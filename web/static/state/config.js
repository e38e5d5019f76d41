// The endpoints of the API and the user pool, from /config.json on both backends.

import { request, Problem } from "./net.js";

let loading = null;

/**
 * config returns {apiUrl, region, cognito: {endpoint, userPoolId, clientId, passwordPolicy}, mailKept}. On AWS it also
 * has cognito's identityPoolId and identityEndpoint, and notifications: {endpoint}, which is SNS's. URLs are absolute.
 */
export function config() {
  loading ??= load().catch((error) => {
    loading = null; // the next caller tries again
    throw error;
  });
  return loading;
}

async function load() {
  const response = await request("/config.json", { headers: { Accept: "application/json" } });
  if (!response.ok) throw await Problem.of(response);
  const { apiUrl = "", region, cognito, notifications, mailKept } = await response.json();
  return {
    apiUrl: absolute(apiUrl),
    region,
    mailKept, // true for an embedded server that sends no mail
    notifications,
    cognito: { ...cognito, endpoint: `${absolute(cognito.endpoint)}/` },
  };
}

/** asksFirst says whether each user has to confirm notifications first, as on AWS. The embedded backend sends them without. */
export async function asksFirst() {
  const { notifications, cognito } = await config();
  return Boolean(notifications && cognito.identityPoolId);
}

// In the embedded backend URLs may be relative to the page. On AWS they are other origins.
const absolute = (address) => new URL(address || "/", location.origin).href.replace(/\/+$/, "");
