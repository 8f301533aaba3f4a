/** The name of the company that journeys act in: Odoo allows a name only once. What happens there is no business. */
export const syntheticCompanyName = 'Plimsoll Synthetic';

/** What `isRealCompany` reads besides the `company_id` of the table. */
export const companyColumns = { res_company: ['id', 'name'] } as const;

/**
 * A condition: the row belongs to a real company or to none. The company is found by its name, because the system
 * parameter that also holds its id lies in a table of secrets, which the read-only role must not see.
 */
export function isRealCompany(table: string): string {
  return `coalesce(${table}.company_id, 0) not in (select id from res_company where name = '${syntheticCompanyName}')`;
}
