import { Converging } from './converging.js';
import { byVariant } from './variants.js';

/** A test for each seed. */
export function converges(seeds: readonly number[], longestMs?: number): void {
  describe.each(byVariant(seeds).map((each) => ({ ...each, name: each.variant.name })))(
    'two sides that change one mailbox: $name',
    ({ variant, seeds: ofVariant }) => {
      let converging: Converging;

      beforeAll(async () => {
        converging = await Converging.open(variant, ofVariant);
      });
      afterAll(() => converging?.close());

      it.each(ofVariant.map((seed) => ({ seed })))(
        'are equal at rest: seed $seed',
        ({ seed }) => converging.run(seed),
        longestMs,
      );
    },
  );
}
