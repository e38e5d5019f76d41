// Where the API and the user pool are. Both homes say it at /config.json.

import { request, Problem } from "./net.js";

let loading = null;

/**
 * config returns {apiUrl, region, cognito: {endpoint, userPoolId, clientId, passwordPolicy}, mailKept}, and on AWS also
 * cognito's identityPoolId and identityEndpoint, and notifications: {endpoint}, which is SNS's. Addresses are absolute.
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

/** asksFirst says whether notifications come from AWS, which asks each user first; the embedded home sends them unasked. */
export async function asksFirst() {
  const { notifications, cognito } = await config();
  return Boolean(notifications && cognito.identityPoolId);
}

// Embedded, the addresses may be relative to the page; on AWS they are other origins.
const absolute = (address) => new URL(address || "/", location.origin).href.replace(/\/+$/, "");
