/** One line of the table: Mailroom against a limit, in samples of the same unit that alternate. */
export interface Figure {
  what: string;
  unit: string;
  ours: readonly number[];
  /** one number for a promise; one sample per round for a measured limit */
  limit: readonly number[];
  limitIs: string;
  /** wanted ratio of ours to limit; without it the line is for information */
  target?: { atLeast: number } | { atMost: number };
}

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle) ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!;
}

export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!;
}

/** Compares samples of the same round, so that a disturbance of both sides cancels out. */
export function ratioOf({ ours, limit }: Figure): number {
  if (ours.length !== limit.length) return median(ours) / median(limit);
  return median(ours.map((sample, round) => sample / limit[round]!));
}

/** Measures the sides of a comparison one after the other in each round. */
export async function inTurn<const S extends Record<string, () => Promise<number>>>(
  rounds: number,
  sides: S,
): Promise<Record<keyof S, number[]>> {
  const samples = Object.fromEntries(Object.keys(sides).map((side) => [side, [] as number[]]));
  for (let round = 0; round < rounds; round++)
    for (const [side, measure] of Object.entries(sides)) samples[side]!.push(await measure());
  return samples as Record<keyof S, number[]>;
}

function verdict({ target }: Figure, ratio: number): string {
  if (!target) return '';
  if ('atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost) return 'met';
  const missed = 'atLeast' in target ? 1 - ratio / target.atLeast : ratio / target.atMost - 1;
  return Number.isFinite(missed) ? `MISSED by ${Math.ceil(missed * 100)} %` : 'MISSED';
}

const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const spread = (samples: readonly number[]): string => number.format(median(samples));

export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { what, unit, ours, limit, limitIs, target } = figure;
    const ratio = ratioOf(figure);
    const wanted = !target ? '' : 'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
    return [
      what,
      `${spread(ours)} ${unit}`,
      `${spread(limit)} ${unit}  ${limitIs}`,
      ratio.toFixed(2),
      wanted,
      verdict(figure, ratio),
    ];
  });
  const all = [['figure', 'Mailroom', 'limit', 'ratio', 'target', ''], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  return [lines[0]!, '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2)), ...lines.slice(1)].join('\n');
}
