import type { CompanyRow } from './companies.js';

export class CompanyAnswer {
  id!: string;
  name!: string;
  /** of its addresses: `example.com` */
  domain!: string;
}

export class CompanyPage {
  items!: CompanyAnswer[];
  /** cursor of the next page, null on the last */
  next!: string | null;
}

export const toCompany = ({ id, name, domain }: CompanyRow): CompanyAnswer => ({ id, name, domain });
