// The user pool's protocol (Amazon Cognito, JSON 1.1 over POST), with fetch instead of the SDK's 100
// KB. It is the same for the embedded pool and AWS.

import { config } from "./config.js";
import { Problem, request } from "./net.js";

/** Texts for the pool's exceptions. Others are shown in the pool's words. */
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

/** call runs one action. It throws a Problem whose name is the pool's exception. */
async function call(action, input, options) {
  const { cognito } = await config();
  const client = input.AccessToken ? {} : { ClientId: cognito.clientId }; // the access token names the client already
  return post(cognito.endpoint, `AWSCognitoIdentityProviderService.${action}`, { ...client, ...input }, options);
}

/** post sends a request in this protocol, which the identity pool also uses. */
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
  call("SignUp", { Username: username, Password: password, UserAttributes: [{ Name: "email", Value: email }] });

export const confirmSignUp = (username, code) =>
  call("ConfirmSignUp", { Username: username, ConfirmationCode: code });

export const resendCode = (username) => call("ResendConfirmationCode", { Username: username });

export const forgotPassword = (username) => call("ForgotPassword", { Username: username });

export const confirmForgotPassword = (username, code, password) =>
  call("ConfirmForgotPassword", { Username: username, ConfirmationCode: code, Password: password });

/** passwordAuth and refreshAuth return the pool's AuthenticationResult. */
export const passwordAuth = (username, password) =>
  auth("USER_PASSWORD_AUTH", { USERNAME: username, PASSWORD: password });

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

/** revoke ends a refresh token. With keepalive it completes even if the tab closes. */
export const revoke = (refreshToken) => call("RevokeToken", { Token: refreshToken }, { keepalive: true, timeout: 8000 });
