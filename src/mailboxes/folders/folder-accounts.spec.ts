import { accountRemoved } from '../../../test/examples/account-facts.js';
import { folderForgotten, folderFound, folderRoleChanged } from '../../../test/examples/mailbox-facts.js';
import { told } from '../../../test/examples/recorded.js';
import { everyFactHasACase } from '../../../test/given-projection.js';
import { folderAccounts } from './folder-accounts.js';

const former = told(folderFound(), { v: 1 });
const later = told(folderFound({ folderId: 'sent' }), { v: 2 });
const inbox = {
  id: 'inbox',
  accountId: 'info',
  path: 'INBOX',
  name: 'INBOX',
  role: 'inbox',
  fetched: true,
  isFormer: true,
};

everyFactHasACase(folderAccounts, {
  FolderFound: { given: [former, later], rows: { folders: [inbox, { id: 'sent', isFormer: false }] } },
  FolderRoleChanged: {
    given: [former, folderRoleChanged()],
    rows: { folders: [{ ...inbox, role: 'junk', fetched: false }] },
  },
  FolderForgotten: { given: [former, folderForgotten()], rows: { folders: [] } },
  AccountRemoved: { given: [former, accountRemoved()], rows: { folders: [] } },
});
