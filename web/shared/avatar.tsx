import type { CSSProperties, ReactNode } from 'react';

/** Initials on a colour that stays the same for the same name. */
export function Avatar({ name, size = 36 }: { name: string; size?: number }): ReactNode {
  const style = { '--hue': hueOf(name), '--size': `${size}px` } as CSSProperties;
  return <span className="avatar" style={style} data-initials={initials(name)} aria-hidden />;
}

export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? ['?'];
  const shown = name.includes('@') ? words.slice(0, 1) : [...words.slice(0, 1), ...words.slice(1).slice(-1)];
  return shown.map((word) => [...word].slice(0, 1).join('').toUpperCase()).join('');
}

function hueOf(name: string): number {
  let sum = 7;
  for (const sign of name) sum = (sum * 31 + sign.codePointAt(0)!) % 360;
  return sum;
}
