-- The tables of better-auth, as `getMigrations` of version 1.7.6 compiles them for src/adapters/access/authentication.ts,
-- put into our schema. A test compares them with what the library asks for.
CREATE TABLE plimsoll.auth_user ("id" text not null primary key, "name" text not null, "email" text not null unique, "emailVerified" boolean not null, "image" text, "createdAt" timestamptz default CURRENT_TIMESTAMP not null, "updatedAt" timestamptz default CURRENT_TIMESTAMP not null, "twoFactorEnabled" boolean, "role" text not null);
CREATE TABLE plimsoll.auth_session ("id" text not null primary key, "expiresAt" timestamptz not null, "token" text not null unique, "createdAt" timestamptz default CURRENT_TIMESTAMP not null, "updatedAt" timestamptz not null, "ipAddress" text, "userAgent" text, "userId" text not null references plimsoll.auth_user ("id") on delete cascade, "secondFactor" boolean not null);
CREATE TABLE plimsoll.auth_account ("id" text not null primary key, "accountId" text not null, "providerId" text not null, "userId" text not null references plimsoll.auth_user ("id") on delete cascade, "accessToken" text, "refreshToken" text, "idToken" text, "accessTokenExpiresAt" timestamptz, "refreshTokenExpiresAt" timestamptz, "scope" text, "password" text, "createdAt" timestamptz default CURRENT_TIMESTAMP not null, "updatedAt" timestamptz not null);
CREATE TABLE plimsoll.auth_verification ("id" text not null primary key, "identifier" text not null, "value" text not null, "expiresAt" timestamptz not null, "createdAt" timestamptz default CURRENT_TIMESTAMP not null, "updatedAt" timestamptz default CURRENT_TIMESTAMP not null);
CREATE TABLE plimsoll.auth_two_factor ("id" text not null primary key, "secret" text not null, "backupCodes" text not null, "userId" text not null references plimsoll.auth_user ("id") on delete cascade, "verified" boolean, "failedVerificationCount" integer, "lockedUntil" timestamptz);
CREATE TABLE plimsoll.auth_passkey ("id" text not null primary key, "name" text, "publicKey" text not null, "userId" text not null references plimsoll.auth_user ("id") on delete cascade, "credentialID" text not null, "counter" integer not null, "deviceType" text not null, "backedUp" boolean not null, "transports" text, "createdAt" timestamptz, "aaguid" text);
CREATE TABLE plimsoll.auth_rate_limit ("id" text not null primary key, "key" text not null unique, "count" integer not null, "lastRequest" bigint not null);
CREATE INDEX "auth_session_userId_idx" ON plimsoll.auth_session ("userId");
CREATE INDEX "auth_account_userId_idx" ON plimsoll.auth_account ("userId");
CREATE INDEX "auth_verification_identifier_idx" ON plimsoll.auth_verification ("identifier");
CREATE INDEX "auth_two_factor_secret_idx" ON plimsoll.auth_two_factor ("secret");
CREATE INDEX "auth_two_factor_userId_idx" ON plimsoll.auth_two_factor ("userId");
CREATE INDEX "auth_passkey_userId_idx" ON plimsoll.auth_passkey ("userId");
CREATE INDEX "auth_passkey_credentialID_idx" ON plimsoll.auth_passkey ("credentialID");

-- The key that signs session cookies and encrypts TOTP secrets, where PLIMSOLL_SECRET does not give one.
CREATE TABLE plimsoll.secret_key (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  value    text NOT NULL
);
