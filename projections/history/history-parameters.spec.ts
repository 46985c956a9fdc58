import { accountAdded, signInGranted } from '../../test/examples/account-facts.js';
import { everyFact } from '../../test/examples/every-fact.js';
import { historyFields } from './history-parameters.js';
import { type HistoryFact, type FactContent, sentenceOf, sentences } from './sentences.js';

it('a history can be asked for exactly the fields that its changes may name', () => {
  const facts = [
    ...(Object.keys(sentences) as HistoryFact['type'][]).map((type) => everyFact[type]()),
    accountAdded({ owner: 'ben' }),
    signInGranted({ from: 'password' }),
  ] as FactContent<HistoryFact['type']>[];
  const named = facts.flatMap((fact) =>
    sentenceOf(fact, { nameOf: () => '', nameBefore: null }).changes.map(({ field }) => field),
  );
  expect([...new Set(named)].sort()).toEqual([...historyFields].sort());
});
