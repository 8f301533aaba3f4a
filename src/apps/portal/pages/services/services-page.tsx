import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { services } from '../../data/queries.ts';
import { Page } from '../../parts/section.tsx';
import { ServiceTable } from '../../parts/service-table.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';

/** What the business calls it, whether it works, and what proves it. */
export function ServicesPage() {
  const query = useQuery(services());
  return (
    <Page
      title="Business services"
      lead={
        <>
          Availability is the share of passed <Link to="/journeys">journeys</Link> in the last 24 hours.
        </>
      }
    >
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No business service is declared" command="plimsoll check">
              Add a document of <code>kind: BusinessService</code> with its environments, owner and journey.
            </EmptyState>
          ) : (
            <ServiceTable caption="Business services" services={items} hasEnvironments />
          )
        }
      </Answered>
    </Page>
  );
}
