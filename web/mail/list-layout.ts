/** Rows of some days without a break, newest first. Its messages are loaded by these days. */
export interface Chunk {
  /** first and last day, YYYY-MM-DD */
  since: string;
  until: string;
  /** index of the newest row in the list */
  first: number;
  count: number;
}

export interface Layout {
  chunks: readonly Chunk[];
  total: number;
}

/** Place of a row: its chunk, the page within that chunk, and the row within that page. */
export interface Place {
  chunk: Chunk;
  page: number;
  row: number;
}

/** Rows of a page of the interface. */
export const PAGE_ROWS = 100;
const CHUNK_ROWS = 50;
/** Rows that are read beside the calendar: more than a window shows. */
export const NEWEST_ROWS = 50;

/**
 * Cuts the calendar into chunks, beginning with the oldest day: new mail then changes the newest chunk alone, and all
 * other loaded pages stay valid.
 * @param days newest first
 */
export function layoutOf(days: readonly (readonly [day: string, count: number])[]): Layout {
  const oldestFirst: Omit<Chunk, 'first'>[] = [];
  for (const [day, count] of days.toReversed()) {
    const last = oldestFirst.at(-1);
    if (last && last.count < CHUNK_ROWS) Object.assign(last, { until: day, count: last.count + count });
    else oldestFirst.push({ since: day, until: day, count });
  }
  let total = 0;
  const chunks = oldestFirst.toReversed().map((chunk) => {
    const first = total;
    total += chunk.count;
    return { ...chunk, first };
  });
  return { chunks, total };
}

/** @param index at least 0 and below the total */
export function placeOf({ chunks }: Layout, index: number): Place | undefined {
  let [low, high] = [0, chunks.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (chunks[middle]!.first <= index) low = middle;
    else high = middle - 1;
  }
  const chunk = chunks[low];
  if (!chunk || index >= chunk.first + chunk.count) return undefined;
  const within = index - chunk.first;
  return { chunk, page: Math.floor(within / PAGE_ROWS), row: within % PAGE_ROWS };
}

/** Rows that are newer than the days of a chunk; the distance between two layouts keeps the view in its place. */
export const rowsAfter = ({ chunks }: Layout, until: string): number =>
  chunks.find((chunk) => chunk.until <= until)?.first ?? chunks.reduce((sum, { count }) => sum + count, 0);

/** Beginning of a day in the time zone of the browser, `daysLater` days later. */
export function startOfDay(day: string, daysLater = 0): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  return new Date(year, month - 1, date + daysLater).toISOString();
}
