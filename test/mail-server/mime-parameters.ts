export interface Parameterized {
  value: string;
  /** In the order of the text. Names in lower case; RFC 2231 forms not decoded. */
  parameters: [name: string, value: string][];
}

const token = /^[^\s()<>@,;:\\"/[\]?=]+/;

/** Reads `value; name=token; name="quoted"` with comments, RFC 2045 section 5.1. */
export function parameters(text: string): Parameterized {
  const [value = '', ...rest] = splitOutsideQuotes(withoutComments(text));
  const read: [string, string][] = [];
  for (const each of rest) {
    const equals = each.indexOf('=');
    if (equals <= 0) continue;
    const name = each.slice(0, equals).trim().toLowerCase();
    const raw = each.slice(equals + 1).trim();
    const quoted = /^"((?:[^"\\]|\\.)*)"?/.exec(raw);
    const unquoted = quoted ? (quoted[1] ?? '').replace(/\\(.)/g, '$1') : (token.exec(raw)?.[0] ?? raw);
    read.push([name, unquoted]);
  }
  return { value: value.trim(), parameters: read };
}

function splitOutsideQuotes(text: string): string[] {
  return text.match(/(?:"(?:[^"\\]|\\.)*"?|[^;"])+/g) ?? [];
}

function withoutComments(text: string): string {
  let [out, depth, quoted] = ['', 0, false];
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const escaped = char === '\\' ? char + text.charAt(++at) : char;
    if (depth === 0 && char === '"') quoted = !quoted;
    if (!quoted && char === '(') depth += 1;
    if (depth === 0) out += escaped;
    if (!quoted && char === ')' && depth > 0) depth -= 1;
  }
  return out;
}
