// @ts-check
// Sizes and times as text, in the browser's locale.

const UNITS = ["byte", "kilobyte", "megabyte"];

/** MAX_BODY is the largest body of a message, in bytes, as internal/rest.MaxBody. */
export const MAX_BODY = 4 * 1024 * 1024;

/** @param {number} n */
export function bytes(n) {
  let unit = 0;
  while (n >= 1000 && unit < UNITS.length - 1) {
    n /= 1000;
    unit++;
  }
  const digits = unit > 0 && n < 10 ? 1 : 0;
  return new Intl.NumberFormat(undefined, { style: "unit", unit: UNITS[unit], unitDisplay: unit ? "short" : "long", maximumFractionDigits: digits }).format(n);
}

/** @param {Intl.DateTimeFormatOptions} options */
const format = (options) => {
  const f = new Intl.DateTimeFormat(undefined, options);
  return (/** @type {Date} */ date) => f.format(date);
};
const clock = format({ hour: "numeric", minute: "2-digit" });
const weekday = format({ weekday: "short" });
const day = format({ day: "numeric", month: "short" });
const year = format({ day: "numeric", month: "short", year: "numeric" });
const all = format({ dateStyle: "long", timeStyle: "short" });

/**
 * when formats a time as short as possible: 14:02, Mon, 3 Nov, 3 Nov 2025.
 * @param {Date} date
 */
export function when(date, now = new Date()) {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const days = (midnight.getTime() - date.getTime()) / 86_400_000;
  if (days <= 0) return clock(date);
  if (days < 6) return weekday(date);
  return date.getFullYear() === now.getFullYear() ? day(date) : year(date);
}

export const whenInFull = (/** @type {Date} */ date) => all(date);

/**
 * badge formats the count of unread messages. The API counts to a limit.
 * @param {{n: number, more: boolean}} count
 */
export const badge = ({ n, more }) => (more || n > 999 ? "999+" : String(n));

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * timeOfID returns the time in the first ten characters of a ULID, or null.
 * @param {string} id
 */
export function timeOfID(id) {
  let ms = 0;
  for (const c of id.slice(0, 10)) {
    const digit = CROCKFORD.indexOf(c);
    if (digit < 0) return null;
    ms = ms * 32 + digit;
  }
  return id.length === 26 ? new Date(ms) : null;
}
