// @ts-check
// The HTTP headers of a body: its media type and its filename.

/**
 * mediaType parses a Content-Type. The default charset is UTF-8.
 * @param {string} header
 * @returns {{type: string, charset: string}}
 */
export function mediaType(header) {
  const { value, parameters } = parse(header);
  return { type: value.toLowerCase(), charset: parameters.get("charset") ?? "utf-8" };
}

/**
 * filenameOf returns the name in a Content-Disposition (RFC 6266), made safe: filename* if it can be decoded, else
 * filename. It returns "" if there is none.
 * @param {string} disposition
 */
export function filenameOf(disposition) {
  const { parameters } = parse(disposition);
  const name = extended(parameters.get("filename*")) ?? parameters.get("filename") ?? "";
  return name && safeName(name);
}

/**
 * attachment returns the Content-Disposition for a name. encodeURIComponent keeps ' ( ) *, which RFC 8187 does not
 * allow in a value.
 * @param {string} filename
 */
export function attachment(filename) {
  const value = encodeURIComponent(filename).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename*=UTF-8''${value}`;
}

/**
 * safeName returns the name in a form that the server accepts: no path, no control or direction characters, at most
 * 255 bytes.
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

// One parameter, starting where the last one ended. A search for "filename*=" could find it inside the
// quotes of another parameter, and show a name that the server never saw.
const PARAMETER = /[\t ]*;[\t ]*(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)[\t ]*=[\t ]*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*)))?/y;

/**
 * @param {string} header
 * @returns {{value: string, parameters: Map<string, string>}} the first of each parameter, by its lower-case name, up to
 * the first malformed part of the header.
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
 * extended decodes CHARSET'LANGUAGE'VALUE (RFC 8187), in the two charsets that were ever used for it.
 * @param {string | undefined} text
 * @returns {string | null} null if it cannot be decoded; then use filename
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
