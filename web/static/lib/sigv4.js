// @ts-check
// AWS Signature Version 4 for a form POST, with the browser's cryptography. A test compares it with the
// AWS SDK.

const FORM = "application/x-www-form-urlencoded; charset=utf-8";

const encode = (/** @type {string} */ text) => new TextEncoder().encode(text);
const hex = (/** @type {ArrayBuffer} */ bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("");
const sha256 = async (/** @type {string} */ text) => hex(await crypto.subtle.digest("SHA-256", encode(text)));

/**
 * @param {BufferSource} secret
 * @param {string} text
 */
async function hmac(secret, text) {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return crypto.subtle.sign("HMAC", key, encode(text));
}

/**
 * signed returns the headers for a POST of body to url, with the identity pool's credentials.
 * @param {string} url
 * @param {string} body
 * @param {{service: string, region: string, credentials: {AccessKeyId: string, SecretKey: string, SessionToken: string}, now?: Date}} by
 */
export async function signed(url, body, { service, region, credentials, now = new Date() }) {
  const { host, pathname } = new URL(url);
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  // Sorted by name, as the signature requires.
  /** @type {Record<string, string>} */
  const headers = { "content-type": FORM, host, "x-amz-date": time, "x-amz-security-token": credentials.SessionToken };
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}`);
  const canonical = ["POST", pathname, "", ...lines, "", names, await sha256(body)].join("\n");
  const scope = [time.slice(0, 8), region, service, "aws4_request"];
  /** @type {BufferSource} */
  let key = encode(`AWS4${credentials.SecretKey}`);
  for (const part of scope) key = await hmac(key, part);
  const signature = hex(await hmac(key, ["AWS4-HMAC-SHA256", time, scope.join("/"), await sha256(canonical)].join("\n")));
  const credential = [credentials.AccessKeyId, ...scope].join("/");
  delete headers.host; // the browser sends its own
  return { ...headers, Authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}` };
}
