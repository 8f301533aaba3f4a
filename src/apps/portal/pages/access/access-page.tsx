import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { me, tokens, users } from '../../data/queries.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Page, Section } from '../../parts/section.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';
import { Ago, LocalTime } from '../../parts/times.tsx';
import type { ApiToken, User } from '../../view/resources.ts';
import { CreateToken } from './create-token.tsx';
import { InvitePerson } from './invite-person.tsx';
import { RevokeToken } from './revoke-token.tsx';
import './access.css';

const userColumns: readonly Column<User>[] = [
  { header: 'Name', cell: (user) => user.name },
  { header: 'E-mail', isSecondary: true, cell: (user) => user.email },
  { header: 'Role', cell: (user) => user.role },
  {
    header: 'Second factor',
    cell: (user) => (user.hasSecondFactor ? 'enrolled' : <span className="missing">missing</span>),
  },
  { header: 'Since', isSecondary: true, cell: (user) => <LocalTime at={user.createdAt} /> },
];

function expiry(token: ApiToken) {
  if (token.revokedAt !== null) {
    return (
      <span className="quiet">
        revoked <Ago at={token.revokedAt} />
      </span>
    );
  }
  return token.expiresAt === null ? <span className="missing">never</span> : <LocalTime at={token.expiresAt} />;
}

function tokenColumns(revoke: (token: ApiToken) => void): Column<ApiToken>[] {
  return [
    {
      header: 'Name',
      cell: (token) => (
        <>
          {token.name} <code className="quiet">{token.prefix}…</code>
        </>
      ),
    },
    { header: 'Role', cell: (token) => token.role },
    { header: 'Ends', cell: expiry },
    {
      header: 'Last used',
      isSecondary: true,
      cell: (token) =>
        token.lastUsedAt === null ? <span className="quiet">never</span> : <Ago at={token.lastUsedAt} />,
    },
    {
      header: 'Action',
      cell: (token) =>
        token.revokedAt === null && (
          <button type="button" className="button button-danger" onClick={() => revoke(token)}>
            Revoke<span className="visually-hidden"> {token.name}</span>
          </button>
        ),
    },
  ];
}

function Tokens() {
  const query = useQuery(tokens());
  const [isCreating, create] = useState(false);
  const [revoking, revoke] = useState<ApiToken>();
  return (
    <Section
      title="API tokens"
      note={
        <button type="button" className="button" onClick={() => create(true)}>
          Create a token
        </button>
      }
    >
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No API token" command="PLIMSOLL_TOKEN=… plimsoll status --json">
              A token lets a script or the command line ask this server.
            </EmptyState>
          ) : (
            <DataTable caption="API tokens" columns={tokenColumns(revoke)} rows={items} keyOf={(token) => token.id} />
          )
        }
      </Answered>
      {isCreating && <CreateToken onClose={() => create(false)} />}
      {revoking !== undefined && <RevokeToken token={revoking} onClose={() => revoke(undefined)} />}
    </Section>
  );
}

function People() {
  const people = useQuery(users());
  const [isInviting, invite] = useState(false);
  return (
    <Section
      title="People"
      note={
        <button type="button" className="button" onClick={() => invite(true)}>
          Invite a person
        </button>
      }
    >
      <Answered query={people}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="Nobody can sign in yet">
              Open the one-time link that `plimsoll serve` printed.
            </EmptyState>
          ) : (
            <DataTable caption="People who can sign in" columns={userColumns} rows={items} keyOf={(user) => user.id} />
          )
        }
      </Answered>
      {isInviting && <InvitePerson onClose={() => invite(false)} />}
    </Section>
  );
}

/** Who may sign in, and which scripts may ask. */
export function AccessPage() {
  const who = useQuery(me());
  return (
    <Page
      title="Access"
      lead={
        who.data?.kind === 'user' ? (
          <Link to="/second-factor">Your own second factor</Link>
        ) : (
          'Who may sign in, and which scripts may ask.'
        )
      }
    >
      <People />
      <Tokens />
    </Page>
  );
}
