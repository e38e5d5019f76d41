// @ts-check
// What HTTP says of a body in its headers: its media type, and the name that a file was sent under.

/**
 * mediaType takes a Content-Type apart. A charset that is not given is UTF-8.
 * @param {string} header
 * @returns {{type: string, charset: string}}
 */
export function mediaType(header) {
  const { value, parameters } = parse(header);
  return { type: value.toLowerCase(), charset: parameters.get("charset") ?? "utf-8" };
}

/**
 * filenameOf reads the name in a Content-Disposition (RFC 6266): filename* where it can be decoded, else filename, made
 * safe. It is "" when there is none.
 * @param {string} disposition
 */
export function filenameOf(disposition) {
  const { parameters } = parse(disposition);
  const name = extended(parameters.get("filename*")) ?? parameters.get("filename") ?? "";
  return name && safeName(name);
}

/**
 * attachment makes the Content-Disposition for a name. encodeURIComponent leaves ' ( ) * alone, which RFC 8187 does not
 * allow in a value.
 * @param {string} filename
 */
export function attachment(filename) {
  const value = encodeURIComponent(filename).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename*=UTF-8''${value}`;
}

/**
 * safeName is the name as the server takes it: no path, no control or direction characters, at most 255 bytes.
 * @param {string} name
 */
export function safeName(name) {
  const clean = name.normalize("NFC").replace(/[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, "").replace(/[/\\]/g, "_");
  const dot = clean.lastIndexOf(".");
  const [start, extension] = dot > 0 && clean.length - dot < 16 ? [clean.slice(0, dot), clean.slice(dot)] : [clean, ""];
  let stem = start;
  while (new TextEncoder().encode(stem + extension).length > 255) stem = [...stem].slice(0, -1).join("");
  const safe = stem + extension;
  return safe === "" || safe === "." || safe === ".." ? "file" : safe;
}

// One parameter at a time, from where the last one ended: a search for "filename*=" would find it inside of the quotes of
// another parameter, and show a name that the server never saw.
const PARAMETER = /[\t ]*;[\t ]*(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)[\t ]*=[\t ]*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*)))?/y;

/**
 * @param {string} header
 * @returns {{value: string, parameters: Map<string, string>}} the first of each parameter, by its lower-case name; none
 * after a place where the header is malformed.
 */
function parse(header) {
  const end = header.indexOf(";");
  const value = (end < 0 ? header : header.slice(0, end)).trim();
  const parameters = new Map();
  PARAMETER.lastIndex = end < 0 ? header.length : end;
  for (let found; (found = PARAMETER.exec(header)); ) {
    const [, name, quoted, token] = found;
    if (name && !parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? token);
  }
  return { value, parameters };
}

/**
 * extended decodes CHARSET'LANGUAGE'VALUE (RFC 8187), in the two charsets that were ever in use for it.
 * @param {string | undefined} text
 * @returns {string | null} null when it cannot be decoded: filename has the name then
 */
function extended(text) {
  const [, charset, value] = /^(utf-8|iso-8859-1)'[^']*'(.*)$/i.exec(text ?? "") ?? [];
  if (value === undefined || !/^(?:[^%]|%[0-9A-Fa-f]{2})*$/.test(value)) return null;
  const bytes = Uint8Array.from(value.match(/%..|[^%]/gs) ?? [], (c) => (c.length === 3 ? parseInt(c.slice(1), 16) : c.charCodeAt(0)));
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
