import type { CompanyRow } from './companies.js';

export class CompanyAnswer {
  /** Id of the company. */
  id!: string;
  /** Name of the company; null once the person that it was named after has been forgotten. */
  name!: string | null;
  /** Domain of the company’s addresses, such as `example.com`; null: none. */
  domain!: string | null;
  /** Revision of the company, for `If-Match`. */
  revision!: number;
}

export class CompanyPage {
  /** Companies of this page, in the requested order. */
  items!: CompanyAnswer[];
  /** Cursor of the next page, for the parameter `cursor`; null on the last page. */
  next!: string | null;
}

export const toCompany = ({ id, name, domain, revision }: CompanyRow): CompanyAnswer => ({
  id,
  name,
  domain,
  revision,
});
