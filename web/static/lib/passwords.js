// @ts-check
// The pool's password policy as rules that can be shown while one types. The pool has the last word (it answers
// InvalidPasswordException).

// Cognito's own default, for a /config.json that says nothing else.
const POLICY = { minimumLength: 8, lowercase: true, uppercase: true, numbers: true, symbols: true };

// What counts as a symbol: Amazon Cognito Developer Guide, "Adding user pool password requirements".
const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+ -]/;

/**
 * rules returns what is wanted of a password, each with the test whether it is met.
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
