// Confirms and ends notifications by mail on AWS, signed with the user's own credentials, because the
// links in SNS's mails work for everyone who follows them
// (docs/decisions/2026-11-24-unsubscribing-needs-a-sign-in.md). The command line does the same
// (client.Notifications).

import { config } from "./config.js";
import { Problem, request } from "./net.js";
import { post } from "./pool.js";
import * as session from "./session.js";
import { signed } from "../lib/sigv4.js";

const CONFIRMATION = { names: ["TopicArn", "Token"], is: "the link “Confirm subscription” in the first mail from AWS" };
const END = { names: ["SubscriptionArn"], is: "the link to unsubscribe at the end of a notification" };

/** confirm takes the link of the first mail. It throws a Problem; wrong-link and not-yours are caused by the link. */
export async function confirm(link) {
  const home = await config();
  const asked = take(link, CONFIRMATION, END, home);
  checkTopic(asked.TopicArn, home);
  await call({ Action: "ConfirmSubscription", ...asked, AuthenticateOnUnsubscribe: "true" }, home,
    "It holds for 48 hours, and once. If you followed it, you are subscribed already.");
}

/** end takes the unsubscribe link of a notification. It throws the same Problems as confirm. */
export async function end(link) {
  const home = await config();
  const asked = take(link, END, CONFIRMATION, home);
  checkTopic(asked.SubscriptionArn, home);
  await call({ Action: "Unsubscribe", ...asked }, home, "These notifications may have been ended already.");
}

// The link is parsed and never followed.
function take(link, wanted, other, { notifications }) {
  const url = URL.canParse(link.trim()) ? new URL(link.trim()) : null;
  const { host } = new URL(notifications.endpoint);
  if (url?.protocol !== "https:" || url.host !== host) {
    throw wrongLink(`That is not ${wanted.is}: its address begins with ${host}.`);
  }
  const has = ({ names }) => names.every((name) => url.searchParams.get(name));
  if (!has(wanted)) throw wrongLink(has(other) ? `That is ${other.is}. Wanted is ${wanted.is}.` : `That is not the whole of ${wanted.is}.`);
  return Object.fromEntries(wanted.names.map((name) => [name, url.searchParams.get(name)]));
}

// The ARN of a topic, and of a subscription, which continues it:
// arn:aws:sns:REGION:ACCOUNT:PREFIX-user-USERID. AWS also refuses another user's topic, but this check
// needs no request and gives a better text.
function checkTopic(arn, { region }) {
  const [, , service, where, , topic = ""] = arn.split(":");
  if (service !== "sns" || where !== region) throw wrongLink("That link belongs to another server.");
  if (!topic.endsWith(`-user-${session.who().userId}`)) throw notYours();
}

const wrongLink = (title) => new Problem("request", { name: "wrong-link", title });
const notYours = () => new Problem("request", { name: "not-yours", title: `That link is for somebody else's notifications. You are signed in as ${session.who().username}.` });

async function call(parameters, home, ended) {
  const { notifications: { endpoint }, region } = home;
  const body = new URLSearchParams({ ...parameters, Version: "2010-03-31" }).toString();
  const headers = await signed(endpoint, body, { service: "sns", region, credentials: await ownCredentials(home) });
  const response = await request(endpoint, { method: "POST", headers, body });
  if (!response.ok) throw refusal(response, await response.text(), ended);
}

// The ID token goes only to the identity pool. The credentials stay in memory, for one call.
async function ownCredentials({ region, cognito }) {
  const { identityEndpoint: endpoint, identityPoolId, userPoolId } = cognito;
  // The issuer name of the pool, as in the functions and the command line.
  const Logins = { [`cognito-idp.${region}.amazonaws.com/${userPoolId}`]: await session.idToken() };
  const { IdentityId } = await post(endpoint, "AWSCognitoIdentityService.GetId", { IdentityPoolId: identityPoolId, Logins });
  const { Credentials } = await post(endpoint, "AWSCognitoIdentityService.GetCredentialsForIdentity", { IdentityId, Logins });
  return Credentials;
}

// SNS answers in XML, of which three elements matter.
function refusal(response, xml, ended) {
  const element = (name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? "";
  const [name, message, requestId] = ["Code", "Message", "RequestId"].map(element);
  const told = (title, detail) => new Problem("request", { name, title, detail, status: response.status, requestId });
  if (response.status >= 500 || !name) return Problem.from("server", response.status, {}, { requestId });
  if (/^AuthorizationError$|^AccessDenied/.test(name)) return notYours();
  if (/^InvalidParameter$|^NotFound$/.test(name)) return told("The link does not hold any more", ended);
  if (/expired|not yet current/i.test(message)) return told("The clock of this device seems to be wrong", "AWS accepts what was signed within the last minutes. Set the clock, then try again.");
  if (/^Throttl/.test(name)) return told("The server is busy", "Wait a moment, then try again.");
  return told("AWS did not accept this", message);
}
