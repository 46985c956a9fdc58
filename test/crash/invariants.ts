import assert from 'node:assert/strict';
import { companyIdOf } from '../../src/companies/company.events.js';
import { becomesContact, domainOf, senderOf } from '../../src/mail/reading/sender.js';
import { missingFrom, parse } from '../../src/mail/servers/uid-set.js';
import type { Place } from '../../src/messages/message.events.js';
import { FOUND, ofType, type Told } from './whole-log.js';

/** One account, all of its fetches ended. The invariants hold for it however often the service was killed meanwhile. */
export interface Given {
  facts: readonly Told[];
  accountId: string;
  /** domain of the account; its addresses become no contacts */
  domain: string;
  /** SHA-256 of the messages in each folder, by path */
  onServer: ReadonlyMap<string, readonly string[]>;
}

/** Each message is recorded once, each of its places once, and no message that the server does not have. */
export function everyMessageIsOnRecordOnce({ facts, accountId, onServer }: Given): void {
  const found = ofType(facts, ...FOUND).filter(({ data }) => data.accountId === accountId);
  noneTwice('message', found, ({ data }) => data.hash);
  noneTwice('first fact of a stream', found, ({ stream }) => stream);
  assert.deepEqual(sorted(found.map(({ data }) => data.hash)), sorted(new Set([...onServer.values()].flat())));

  const placed = placesOf(facts, accountId);
  noneTwice('place', placed, ({ folderId, uidValidity, uid }) => `${folderId} ${uidValidity} ${uid}`);
  const hashOf = new Map(found.map(({ data }) => [data.messageId, data.hash]));
  for (const { folderId, path } of folders(facts, accountId)) {
    const here = placed.filter((place) => place.folderId === folderId).map((place) => hashOf.get(place.messageId)!);
    assert.deepEqual(sorted(here), onServer.get(path) ?? [], `places in ${path}`);
  }
}

function placesOf(facts: readonly Told[], accountId: string): (Place & { messageId: string })[] {
  const further = ofType(facts, 'MessagesPlaced').flatMap(({ data: { places, ...where } }) =>
    places.map((place) => ({ ...where, ...place })),
  );
  const first = ofType(facts, ...FOUND, 'MessageAlsoReceived').map(({ data }) => data);
  return [...first, ...further].filter((place) => place.accountId === accountId);
}

/** The last cursor of each folder has nothing outstanding or failed, and covers the UID of every recorded message. */
export function cursorsCoverEverything({ facts, accountId, onServer }: Given): void {
  const moves = ofType(facts, 'CursorMoved').filter(({ data }) => data.accountId === accountId);
  const placed = placesOf(facts, accountId);
  for (const { folderId, path } of folders(facts, accountId)) {
    const shown = onServer.get(path) ?? [];
    if (shown.length === 0) continue;
    const last = moves.findLast(({ data }) => data.folderId === folderId);
    assert.ok(last, `${path} has a cursor`);
    const { outstanding, failed, skipped, total, done } = last.data;
    assert.deepEqual(
      { outstanding, failed, skipped },
      { outstanding: 0, failed: {}, skipped: {} },
      `cursor of ${path}`,
    );
    assert.equal(last.data.onServer, shown.length, `cursor of ${path}`);
    assert.equal(total.received, shown.length, `received in ${path}`);
    const uids = placed.filter((place) => place.folderId === folderId).map(({ uid }) => uid);
    assert.deepEqual(
      missingFrom(sortedNumbers(uids), parse(done)),
      [],
      `UIDs of ${path} that the cursor does not cover`,
    );
  }
}

/** All fetches together count each message as new once, however often they started again. */
export function everyMessageIsNewOnce({ facts, accountId }: Given): void {
  const found = ofType(facts, ...FOUND).filter(({ data }) => data.accountId === accountId);
  const steps = ofType(facts, 'CursorMoved').filter(({ data }) => data.accountId === accountId);
  const counted = steps.reduce((sum, { data: { step } }) => sum + step.received - step.known, 0);
  assert.equal(counted, found.length, 'messages that the fetches counted as new');
}

/** One contact for each address, one company for each domain, one task for each received message but reports. */
export function everyReactionHappenedOnce({ facts, domain }: Given): void {
  const received = ofType(facts, 'MessageReceived');
  const people = received
    .filter(({ data }) => becomesContact(data))
    .map(({ data }) => senderOf(data)!)
    .filter(({ address }) => domainOf(address) !== domain);
  const contacts = ofType(facts, 'ContactCreated').map(({ data }) => data);
  assert.deepEqual(
    sorted(contacts.map(({ emails }) => emails![0]!.toLowerCase())),
    sorted(new Set(people.map(({ address }) => address.toLowerCase()))),
    'one contact for each address',
  );
  const companies = ofType(facts, 'CompanyCreated').map(({ data }) => data);
  assert.deepEqual(
    sorted(companies.map((company) => company.domain!)),
    sorted(new Set(people.flatMap(({ company }) => company?.domain ?? []))),
    'one company for each domain',
  );
  const companyOf = new Map(people.map(({ address, company }) => [address.toLowerCase(), company]));
  for (const { emails, companyId } of contacts) {
    const company = companyOf.get(emails![0]!.toLowerCase());
    assert.equal(
      companyId,
      company ? companyIdOf(company.domain) : null,
      'a contact belongs to the company of its domain',
    );
  }
  const assigned = ofType(facts, 'AddressAssigned').map(({ data }) => data);
  const keys = contacts.map(({ addressKey, contactId }) => `${addressKey} ${contactId}`);
  assert.deepEqual(sorted(assigned.map(({ addressKey, contactId }) => `${addressKey} ${contactId}`)), sorted(keys));

  const tasks = ofType(facts, 'TaskCreated').map(({ data }) => data);
  const mine = received
    .filter(({ data }) => data.reactions.createTasks && data.author !== 'own' && data.automatic !== 'report')
    .map(({ data }) => data);
  assert.deepEqual(
    sorted(tasks.map(({ messageId }) => messageId!)),
    sorted(mine.map(({ messageId }) => messageId)),
    'one task for each message but reports',
  );
  const contactOf = new Map(assigned.map(({ addressKey, contactId }) => [addressKey, contactId]));
  const senderKeyOf = new Map(mine.map(({ messageId, senderKey }) => [messageId, senderKey]));
  for (const { messageId, contactId } of tasks)
    assert.equal(
      contactId,
      contactOf.get(senderKeyOf.get(messageId!) ?? '') ?? null,
      `contact of the task for ${messageId}`,
    );
}

/** Messages that name one Message-ID are one conversation; a conversation joins an older one, and only once. */
export function everyConversationIsWhole({ facts }: Given): void {
  const joins = ofType(facts, 'ConversationJoined').map(({ data }) => data);
  noneTwice('join of a conversation', joins, ({ conversationId }) => conversationId);
  const into = new Map(joins.map((join) => [join.conversationId, join.into]));
  const rootOf = (id: string): string => (into.has(id) ? rootOf(into.get(id)!) : id);
  const rootByKey = new Map<string, string>();
  const ages = new Map<string, number>();
  for (const [n, { data }] of ofType(facts, ...FOUND).entries()) {
    if (!ages.has(data.threadId)) ages.set(data.threadId, n);
    for (const key of data.conversationKeys!) {
      const root = rootOf(data.threadId);
      assert.equal(root, rootByKey.get(key) ?? root, `conversation of ${data.messageId}`);
      rootByKey.set(key, root);
    }
  }
  for (const join of joins)
    assert.ok(ages.get(join.into)! < ages.get(join.conversationId)!, `${join.conversationId} joins an older one`);
}

/** Fetches run one at a time, and each one succeeds, also when it started in a killed process. */
export function everyFetchEnded({ facts, accountId }: Given): void {
  let running: string | null = null;
  for (const { type, data } of ofType(facts, 'FetchStarted', 'FetchFinished', 'FetchFailed')) {
    if (data.accountId !== accountId) continue;
    assert.notEqual(type, 'FetchFailed', JSON.stringify(data));
    assert.equal(running, type === 'FetchStarted' ? null : data.fetchId, `${type} ${data.fetchId}`);
    running = type === 'FetchStarted' ? data.fetchId : null;
  }
  assert.equal(running, null, 'a fetch has not ended');
}

/** An address belongs to one account, also when a kill interrupted the adding of an account. */
export function everyAddressHasOneAccount({ facts }: Given): void {
  noneTwice('account of an address', ofType(facts, 'AccountAdded'), ({ data }) => data.settings.address.toLowerCase());
}

/** Fetched folders of the account. */
function folders(facts: readonly Told[], accountId: string): { folderId: string; path: string }[] {
  const found = ofType(facts, 'FolderFound').map(({ data }) => data);
  return found.filter((folder) => folder.accountId === accountId && folder.fetched && !folder.again);
}

function noneTwice<T>(noun: string, all: readonly T[], key: (one: T) => string): void {
  const seen = new Set<string>();
  for (const one of all) {
    assert.ok(!seen.has(key(one)), `${noun} twice: ${key(one)}`);
    seen.add(key(one));
  }
}

const sorted = (texts: Iterable<string>): string[] => [...texts].sort();
const sortedNumbers = (numbers: number[]): number[] => numbers.toSorted((a, b) => a - b);
