import { accountAdded, accountRemoved, addressChanged, settings } from '../../test/examples/account-facts.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import { ownAddresses } from './own-addresses.js';

everyFactHasACase(ownAddresses, {
  AccountAdded: {
    given: [
      accountAdded({ settings: settings({ address: 'Info@Mail.Acme.example' }) }),
      accountAdded({ accountId: 'private', settings: settings({ address: 'acme.example@gmail.com' }) }),
    ],
    rows: {
      own: [
        { account_id: 'info', address: 'info@mail.acme.example', domain: 'acme.example' },
        { account_id: 'private', address: 'acme.example@gmail.com', domain: null },
      ],
    },
  },
  AddressChanged: {
    given: [accountAdded(), addressChanged({ to: 'Office@Other.example' })],
    rows: { own: [{ account_id: 'info', address: 'office@other.example', domain: 'other.example' }] },
  },
  AccountRemoved: {
    given: [accountAdded(), accountAdded({ accountId: 'sales' }), accountRemoved()],
    rows: { own: [{ account_id: 'sales' }] },
  },
});
