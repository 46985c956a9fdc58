import { isEasyToGuess } from './password-strength.js';

const about = ['ben.okri@mailroom.test', 'Ben Okri'];

it.each([
  'password1234',
  'Password123!',
  'P@ssw0rd123',
  '1234567890',
  'qwertyuiop',
  'zaq12wsx3edc',
  'aaaaaaaaaaaa',
  'abcabcabcabc',
  'abcdefghijkl',
  'ben.okri@mailroom.test',
  'BEN.OKRI@MAILROOM.TEST',
  'Ben Okri 1',
  'benokri2026',
  'x'.repeat(200),
])('%s is easy to guess', async (password) => expect(await isEasyToGuess(password, about)).toBe(true));

it.each(['correct horse battery', 'a password for people', 'Tr7#kQ!m2x', 'żółta łódka o świcie', 'demo-demo-demo'])(
  '%s is not easy to guess',
  async (password) => expect(await isEasyToGuess(password, about)).toBe(false),
);

it('takes the same password from another person', async () => {
  expect(await isEasyToGuess('ben.okri@mailroom.test', [null])).toBe(false);
});

it('estimates the longest password quickly', async () => {
  await isEasyToGuess('x', []);
  const before = process.cpuUsage();
  await isEasyToGuess('aB1!'.repeat(50), [`${'a'.repeat(60)}@mailroom.test`, 'aB '.repeat(60)]);
  const { user, system } = process.cpuUsage(before);
  expect(user + system).toBeLessThan(500_000);
});
