type Task = () => Promise<void>;

/**
 * Runs tasks side by side, up to a limit. Waiting tasks start in turn by lane, so that a lane with many tasks delays
 * the others by one task at most; and no lane takes the last slot.
 */
export class FairQueue {
  private readonly waiting = new Map<string, Task[]>();
  private readonly running = new Map<string, number>();
  private busy = 0;

  /** @param slots maximum number of tasks at a time */
  constructor(private readonly slots: number) {}

  run<T>(lane: string, work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const tasks = this.waiting.get(lane) ?? [];
      tasks.push(() => work().then(resolve, reject));
      this.waiting.set(lane, tasks);
      this.startNext();
    });
  }

  private startNext(): void {
    const perLane = Math.max(1, this.slots - 1);
    while (this.busy < this.slots) {
      const found = [...this.waiting].find(([lane]) => (this.running.get(lane) ?? 0) < perLane);
      if (!found) return;
      const [lane, tasks] = found;
      const task = tasks.shift()!;
      // At the end of the map, the lane waits until each other lane has had its turn.
      this.waiting.delete(lane);
      if (tasks.length > 0) this.waiting.set(lane, tasks);
      this.count(lane, 1);
      void task().finally(() => {
        this.count(lane, -1);
        this.startNext();
      });
    }
  }

  private count(lane: string, step: 1 | -1): void {
    this.busy += step;
    const count = (this.running.get(lane) ?? 0) + step;
    if (count > 0) this.running.set(lane, count);
    else this.running.delete(lane);
  }
}
