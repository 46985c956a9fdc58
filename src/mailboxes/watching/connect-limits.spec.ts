import { ConnectLimits, reconnectPauseMs } from './connect-limits.js';

it('pauses grow, have jitter, and stay below seven and a half minutes', () => {
  expect([1, 2, 5].map((failures) => reconnectPauseMs(failures, () => 0.5))).toEqual([1000, 2000, 16_000]);
  expect([0, 0.999].map((random) => reconnectPauseMs(1, () => random))).toEqual([500, 1499]);
  expect(reconnectPauseMs(40, () => 1)).toBe(450_000);
});

it('few connections to one server are opened side by side, and servers do not wait for each other', async () => {
  const limits = new ConnectLimits();
  const open = new Map<string, number>();
  const most = new Map<string, number>();
  const ends: (() => void)[] = [];
  const connect = (lane: string): Promise<void> =>
    limits.run(lane, async () => {
      open.set(lane, (open.get(lane) ?? 0) + 1);
      most.set(lane, Math.max(most.get(lane) ?? 0, open.get(lane)!));
      await new Promise<void>((resolve) => ends.push(resolve));
      open.set(lane, open.get(lane)! - 1);
    });
  const slow = Array.from({ length: 25 }, () => connect('slow'));
  const other = connect('other');
  let over = false;
  const all = Promise.all([...slow, other]).then(() => (over = true));
  while (!over) {
    await new Promise(setImmediate);
    ends.splice(0).forEach((end) => end());
  }
  await all;
  expect(Object.fromEntries(most)).toEqual({ slow: 10, other: 1 });
});
