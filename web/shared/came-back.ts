/** Parameter of the address after a refused sign-in at a provider. */
const REFUSED = 'refused';

let refused: string | undefined;

/** Takes the reason of a refused sign-in out of the address, before the first screen reads it. */
export function readRefusal(): void {
  const url = new URL(location.href);
  refused = url.searchParams.get(REFUSED) ?? undefined;
  if (refused === undefined) return;
  url.searchParams.delete(REFUSED);
  history.replaceState(history.state, '', url);
}

/** Reason of the sign-in that the person comes back from; told once. */
export function takeRefusal(): string | undefined {
  const reason = refused;
  refused = undefined;
  return reason;
}
