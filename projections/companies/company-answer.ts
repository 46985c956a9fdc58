import type { CompanyRow } from './companies.js';

export class CompanyAnswer {
  id!: string;
  name!: string;
  /** of its addresses: `example.com`; null for one made by hand without any */
  domain!: string | null;
  /** for `If-Match` */
  revision!: number;
}

export class CompanyPage {
  items!: CompanyAnswer[];
  /** cursor of the next page, null on the last */
  next!: string | null;
}

export const toCompany = ({ id, name, domain, revision }: CompanyRow): CompanyAnswer => ({
  id,
  name,
  domain,
  revision,
});
