// The user pool's own protocol (Amazon Cognito, JSON 1.1 over POST), spoken with fetch so that
// the page is the same against the embedded pool and against AWS, without the 100 KB of an SDK.

import { config } from "./config.js";
import { Problem, request } from "./net.js";

/** What the pool's exceptions mean to a person. What is missing here is shown in the pool's words. */
const WORDS = {
  AliasExistsException: "There is already an account with this e-mail address.",
  CodeDeliveryFailureException: "The e-mail with the code could not be sent. Try again in a moment.",
  CodeMismatchException: "That is not the code we sent. Check the digits, or ask for a new one.",
  ExpiredCodeException: "That code has expired. Ask for a new one.",
  LimitExceededException: "That was tried too often. Wait a while, then try again.",
  TooManyFailedAttemptsException: "Too many wrong codes. Ask for a new one.",
  TooManyRequestsException: "The server is busy. Wait a moment, then try again.",
  UserNotConfirmedException: "This account still needs the code that was sent by e-mail.",
  UserNotFoundException: "Username or password is not right.",
  UsernameExistsException: "This username is taken. Choose another.",
};

// Two spellings of one name in Unicode are one name, to the server's rules and to people, and two to Cognito.
const name = (username) => username.normalize("NFKC");

/** call sends one action. It throws a Problem whose name is the pool's exception. */
async function call(action, input, options) {
  const { cognito } = await config();
  const client = input.AccessToken ? {} : { ClientId: cognito.clientId }; // which the token names already
  return post(cognito.endpoint, `AWSCognitoIdentityProviderService.${action}`, { ...client, ...input }, options);
}

/** post speaks the protocol, which the identity pool has too. */
export async function post(endpoint, target, input, options = {}) {
  const response = await request(endpoint, {
    ...options,
    method: "POST",
    headers: { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target },
    body: JSON.stringify(input),
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw refusal(response, answer);
}

function refusal(response, answer) {
  const name = String(answer.__type ?? "").split("#").pop().split(":")[0];
  const requestId = response.headers.get("x-amzn-requestid") ?? "";
  if (response.status >= 500 || !name) return Problem.from("server", response.status, {}, { requestId });
  const title = WORDS[name] ?? answer.message ?? answer.Message ?? "The server did not accept this.";
  return new Problem("request", { name, title, status: response.status, requestId });
}

export const signUp = (username, email, password) =>
  call("SignUp", { Username: name(username), Password: password, UserAttributes: [{ Name: "email", Value: email }] });

export const confirmSignUp = (username, code) =>
  call("ConfirmSignUp", { Username: name(username), ConfirmationCode: code });

export const resendCode = (username) => call("ResendConfirmationCode", { Username: name(username) });

export const forgotPassword = (username) => call("ForgotPassword", { Username: name(username) });

export const confirmForgotPassword = (username, code, password) =>
  call("ConfirmForgotPassword", { Username: name(username), ConfirmationCode: code, Password: password });

/** passwordAuth and refreshAuth return the pool's AuthenticationResult. */
export const passwordAuth = (username, password) =>
  auth("USER_PASSWORD_AUTH", { USERNAME: name(username), PASSWORD: password });

export const refreshAuth = (refreshToken) => auth("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: refreshToken });

async function auth(flow, parameters) {
  const answer = await call("InitiateAuth", { AuthFlow: flow, AuthParameters: parameters });
  if (answer.AuthenticationResult) return answer.AuthenticationResult;
  throw new Problem("request", {
    name: "challenge",
    title: "This account needs another step to sign in",
    detail: `The pool asks for ${answer.ChallengeName ?? "something"}, which this page does not offer.`,
  });
}

export const changePassword = (accessToken, previous, proposed) =>
  call("ChangePassword", { AccessToken: accessToken, PreviousPassword: previous, ProposedPassword: proposed });

/** globalSignOut ends all sessions of the user. */
export const globalSignOut = (accessToken) => call("GlobalSignOut", { AccessToken: accessToken });

/** revoke ends a refresh token. keepalive lets it finish while the tab closes. */
export const revoke = (refreshToken) => call("RevokeToken", { Token: refreshToken }, { keepalive: true, timeout: 8000 });
