/** Flags that programs agree on, in their usual spelling (RFC 9051 §2.3.2); case does not matter. */
const USUAL = new Map(
  ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft', '$Forwarded', '$MDNSent', '$Junk', '$NotJunk']
    .concat(['$Phishing', '$Important'])
    .map((flag) => [flag.toLowerCase(), flag]),
);

/** Each once, in the usual spelling; without `\Recent`, which belongs to the session and not to the message. */
export function keptFlags(flags: Iterable<string>): string[] {
  const kept = new Map<string, string>();
  for (const flag of flags) {
    const key = flag.toLowerCase();
    if (key !== '\\recent' && !kept.has(key)) kept.set(key, USUAL.get(key) ?? flag);
  }
  return [...kept.values()];
}

/** RFC 9051 §9, `flag`: an atom, perhaps behind a backslash. */
export const isFlag = (flag: string): boolean => /^\\?[!#-$&'+-[^-z|}~]+$/.test(flag);
