import type { Due, Slots } from './work.js';

type Place = Pick<Due, 'lane' | 'person'>;

/** Running work, counted by lane and person. */
export class BusySlots {
  private readonly places = new Map<string, Place & { running: number }>();
  private all = 0;

  add({ lane, person }: Place): void {
    const key = keyOf({ lane, person });
    const place = this.places.get(key) ?? { lane, person, running: 0 };
    this.places.set(key, place);
    place.running += 1;
    this.all += 1;
  }

  remove(place: Place): void {
    const key = keyOf(place);
    const busy = this.places.get(key)!;
    busy.running -= 1;
    this.all -= 1;
    if (busy.running === 0) this.places.delete(key);
  }

  hasRoom({ lane, person }: Place, { all, ofLane, ofPerson, ofPersonInLane }: Slots): boolean {
    return (
      this.all < all &&
      this.count((each) => each.lane === lane) < ofLane &&
      this.count((each) => each.person === person) < ofPerson &&
      this.count((each) => each.lane === lane && each.person === person) < ofPersonInLane
    );
  }

  /** Each lane and person with running work. */
  counts(): (Place & { running: number })[] {
    return [...this.places.values()];
  }

  private count(isIn: (place: Place) => boolean): number {
    let sum = 0;
    for (const place of this.places.values()) if (isIn(place)) sum += place.running;
    return sum;
  }
}

const keyOf = ({ lane, person }: Place): string => JSON.stringify([lane, person]);
