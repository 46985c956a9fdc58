type Send = (method: string, path: string, body: object) => Promise<unknown>;

/** The mail server of the demo refuses this recipient. */
export const GONE = 'biuro@dawna-firma.example';

/** Mail that the demo sends once: taken by the mail server, refused, and planned for tomorrow; and a draft. */
export async function sendDemoMail(send: Send, accountId: string, now: Date): Promise<void> {
  const path = `/accounts/${accountId}/messages`;
  const zak = { name: 'Stanisław Żak', address: 'zak@pasieka-zak.example' };
  const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 8);
  await send('POST', path, {
    to: [zak],
    cc: [{ address: 'tom@ashworth-deli.example' }],
    subject: 'Ceny miodu na wiosnę',
    html: '<div>Dzień dobry,</div><div>ceny zostają <b>bez zmian</b> do końca kwietnia.</div>',
    undoSeconds: 0,
  });
  await send('POST', path, {
    to: [{ address: GONE }],
    subject: 'Pytanie o fakturę',
    html: '<div>Dzień dobry,</div><div>czy dotarła do Państwa nasza faktura?</div>',
    undoSeconds: 0,
  });
  await send('POST', path, {
    to: [zak],
    subject: 'Przypomnienie o dostawie',
    html: '<div>Dzień dobry,</div><div>przypominam o jutrzejszej dostawie słoików.</div>',
    sendAt: tomorrow.toISOString(),
    cancelOnReply: true,
  });
  await send('POST', `/accounts/${accountId}/drafts`, {
    to: [zak],
    subject: 'Zamówienie na kwiecień',
    html: '<div>Dzień dobry,</div><div>potrzebujemy około 40 słoików, dokładną liczbę podam</div>',
  });
}
