// The check character of a pickup code, as cloud_api/contract/orders.py makes it: the server decides,
// this only says so while the code is being typed.

const BODY = 6;

/** What is wrong with what was typed: {kind: "help" | "good" | "mistyped"} or {kind: "letters", letters}. */
export function problem(text, alphabet) {
  const plain = text.toUpperCase().replace(/[\s-]/g, "");
  const letters = [...new Set(plain)].filter((letter) => !alphabet.includes(letter));
  if (letters.length) return { kind: "letters", letters: letters.sort().join(", ") };
  if (plain.length <= BODY) return { kind: "help" };
  if (plain.length > BODY + 1) return { kind: "mistyped" };
  const places = [...plain].map((letter) => alphabet.indexOf(letter));
  const sum = places.slice(0, BODY).reduce((total, value, place) => total + (place + 2) * value, 0);
  return { kind: (sum + places[BODY]) % alphabet.length ? "mistyped" : "good" };
}
