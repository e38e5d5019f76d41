// @ts-check
// The pool's password policy as rules that the page shows while the user types. The pool decides
// (InvalidPasswordException).

// Cognito's default, used if /config.json has no policy.
const POLICY = { minimumLength: 8, lowercase: true, uppercase: true, numbers: true, symbols: true };

// The symbols of the Amazon Cognito Developer Guide, "Adding user pool password requirements".
const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+ -]/;

/**
 * rules returns the rules for a password, each with its test.
 * @param {Partial<typeof POLICY>} [policy]
 * @returns {{text: string, met: (password: string) => boolean}[]}
 */
export function rules(policy) {
  const wanted = { ...POLICY, ...policy };
  const all = [{ text: `At least ${wanted.minimumLength} characters`, met: (/** @type {string} */ p) => [...p].length >= wanted.minimumLength }];
  if (wanted.lowercase) all.push({ text: "A lower-case letter", met: (p) => /\p{Ll}/u.test(p) });
  if (wanted.uppercase) all.push({ text: "An upper-case letter", met: (p) => /\p{Lu}/u.test(p) });
  if (wanted.numbers) all.push({ text: "A digit", met: (p) => /[0-9]/.test(p) });
  if (wanted.symbols) all.push({ text: "A symbol, such as - or !", met: (p) => SYMBOL.test(p.trim()) });
  return all;
}
