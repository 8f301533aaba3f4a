/**
 * Every way the world can fail on us: one stable code each, with what it means and what to do.
 * docs/reference/faults.md is generated from this table and a test keeps both directions.
 */
export const faultCatalogue = {
  SETTING_INVALID: {
    summary: 'An environment variable or option has a value Plimsoll cannot use.',
    remedy: 'Correct the named variable or option; `plimsoll help COMMAND` shows what each takes.',
  },
  ESTATE_UNREADABLE: {
    summary: 'The estate directory or a file in it cannot be read.',
    remedy: 'Check that the directory exists and is readable, or name another one.',
  },
  ESTATE_INVALID: {
    summary: 'The estate has errors, so that nothing can be decided from it.',
    remedy: 'Run `plimsoll check` on it: it lists every error with its place and a hint.',
  },
  ESTATE_EXISTS: {
    summary: 'The directory already holds an estate; nothing was written.',
    remedy: 'Name another directory, or edit the files that are there.',
  },
  ELEMENT_UNKNOWN: {
    summary: 'The estate declares no element of that name, or several.',
    remedy: 'Write kind and name, such as integration/dhl; the message lists what is near.',
  },
  ENVIRONMENT_UNKNOWN: {
    summary: 'The estate declares no environment of that name.',
    remedy: 'Use one of the names that `plimsoll status` lists.',
  },
  SECRET_UNRESOLVED: {
    summary: 'A secret reference points at a variable or file that does not exist.',
    remedy: 'Set the environment variable, or create the file, that the estate names.',
  },
  STORE_UNREACHABLE: {
    summary: "Plimsoll's own PostgreSQL cannot be reached.",
    remedy: 'Check PLIMSOLL_DATABASE_URL, or unset it to use the embedded PostgreSQL.',
  },
  PROMETHEUS_UNREACHABLE: {
    summary: 'The Prometheus that an environment names does not answer as one.',
    remedy: 'Check `connect.prometheus.url` of the environment; objectives that name counters are unknown until then.',
  },
  STORE_TOO_NEW: {
    summary: 'The database was migrated by a newer Plimsoll than this one.',
    remedy: 'Run the newer version; a schema is never migrated backwards.',
  },
  STORE_TOO_OLD: {
    summary: 'The PostgreSQL server is older than Plimsoll supports.',
    remedy: 'Use PostgreSQL 15 or newer, or unset PLIMSOLL_DATABASE_URL to use the embedded one.',
  },
  STORE_FAILED: {
    summary: 'The embedded PostgreSQL could not be set up or started.',
    remedy: 'Read postgres.log in the state directory; its last lines are in the details.',
  },
  STORE_IN_USE: {
    summary: 'Another process already runs the embedded PostgreSQL in this state directory.',
    remedy: 'Stop that process, choose another --state directory, or share one PostgreSQL by URL.',
  },
  REPOSITORY_UNREACHABLE: {
    summary: 'The backup repository does not answer, also after several tries.',
    remedy: 'Check its address, the network and the credentials; nothing was listed as a backup.',
  },
  REPOSITORY_DENIED: {
    summary: 'The backup repository refuses what was asked: credentials missing, expired or not allowed to.',
    remedy: 'Renew the credentials that the Repository document names; deleting needs credentials of its own.',
  },
  REPOSITORY_FULL: {
    summary: 'The backup repository has no space left.',
    remedy: 'Give it space, or shorten retention and run `plimsoll backup prune`.',
  },
  REPOSITORY_INVALID: {
    summary: 'What is there is not a repository of Plimsoll, or of a newer format.',
    remedy: 'Name another directory or prefix, or run the newer version.',
  },
  OBJECT_MISSING: {
    summary: 'The repository holds no object of that name.',
    remedy: 'Run `plimsoll backup verify`: it names the backups and attachments that need it.',
  },
  OBJECT_LOCKED: {
    summary: 'The object is under an object lock and may not be deleted yet.',
    remedy: 'Wait until its retention ends; this is what the lock is for.',
  },
  COPY_INTERRUPTED: {
    summary: 'Something was taken away while it was copied, such as by retention; the copy does not count.',
    remedy: 'Run `plimsoll backup copy` again: what has arrived is not sent twice.',
  },
  CONTENT_MISSING: {
    summary: 'Content that a backup names is not in the repository.',
    remedy: 'Take a new backup now: it puts back what the source still has; then drill it.',
  },
  CONTENT_ALTERED: {
    summary: 'Content in the repository is not what its name says.',
    remedy: 'Restore from another backup or copy; find out who changed the repository.',
  },
  SEAL_WRONG_KEY: {
    summary: 'The content cannot be opened with the key at hand.',
    remedy: 'Use the identity whose id the manifest lists under `sealedTo`.',
  },
  KEY_UNUSABLE: {
    summary: 'A key of the backup repository cannot be used.',
    remedy: 'Make one with `plimsoll backup keys create`, or correct the reference.',
  },
  MANIFEST_UNTRUSTED: {
    summary: "A backup's manifest is unsigned, altered, or signed by a key that is not trusted.",
    remedy: 'Do not restore from it; use a backup whose signature holds.',
  },
  BACKUP_UNKNOWN: {
    summary: 'The repository has no such backup.',
    remedy: 'Use an id that `plimsoll backup list` shows.',
  },
  BACKUP_UNDER_WAY: {
    summary: 'Another backup or copy of this environment is being written.',
    remedy: 'Wait for it (`backup run --wait 10m`); its claim ends by itself when its writer has died.',
  },
  DRILL_UNDER_WAY: {
    summary: 'Another drill runs on this machine.',
    remedy:
      'Wait for it, as `plimsoll drill run ENVIRONMENT --wait 30m` does. It holds the machine no longer than it lives.',
  },
  BACKUP_FAILED: {
    summary: 'The backup could not be taken; nothing of it is listed.',
    remedy: 'Read the reason, remove it and run the backup again.',
  },
  PHYSICAL_UNAVAILABLE: {
    summary: 'No physical backup can be taken or read of this environment on this machine.',
    remedy:
      'Declare `backup: { method: physical }` with a Repository on `platform: host` and run `plimsoll up`, or take a dump: `--method logical`.',
  },
  RESTORE_FAILED: {
    summary: 'The restore could not be done.',
    remedy: 'Read the reason; the target is left as the message says.',
  },
  RESTORE_UNDER_WAY: {
    summary: 'Another restore or clone of that name is at work, or one that was killed is not finished.',
    remedy: 'Wait for it; or run `plimsoll restore ENVIRONMENT --in-place` again, which finishes it.',
  },
  TASK_CANCELLED: {
    summary: 'Somebody cancelled this piece of recovery work.',
    remedy: 'Nothing half made is left of it; ask for it again when it is wanted.',
  },
  TASK_ENDED: {
    summary: 'This piece of recovery work came to its end before.',
    remedy: 'Ask for it anew, which is another piece of work.',
  },
  COPY_EXISTS: {
    summary: 'There is a copy of that name already.',
    remedy: 'Choose another name, or remove it with `plimsoll clone remove NAME`.',
  },
  COPY_UNKNOWN: {
    summary: 'There is no copy of that name.',
    remedy: 'Use a name that `plimsoll clone list` shows.',
  },
  ISOLATION_IMPOSSIBLE: {
    summary: 'A restored copy cannot be kept from the outside on this machine, so nothing was started.',
    remedy:
      'Run Plimsoll as root; in a container give it the right to make namespaces (CAP_SYS_ADMIN), or drill elsewhere.',
  },
  NOT_NEUTRALISED: {
    summary: 'A restored copy would still act on the outside, so it was not started.',
    remedy: 'The check that failed names what is still on; a module may lack its neutralize.sql.',
  },
  NOT_ANONYMISED: {
    summary: 'A clone would still show who is in it, so it was not put in place.',
    remedy: 'Declare the columns that the message names in a DataClass of the environment, under `anonymise:`.',
  },
  ODOO_UNREACHABLE: {
    summary: 'The Odoo server does not answer.',
    remedy: 'Check that it runs and that connect.odoo.url is right.',
  },
  ODOO_TIMEOUT: {
    summary: 'The Odoo server did not answer in time.',
    remedy: 'Look at the environment page: a lock or a saturated worker is the usual reason.',
  },
  ODOO_DENIED: {
    summary: 'Odoo refused the credentials or the right to do this.',
    remedy: 'Check the API key that connect.odoo.apiKey names and the rights of its user.',
  },
  ODOO_FAILED: {
    summary: 'Odoo answered with an error of its own.',
    remedy: 'The message is from Odoo; its server log has the trace.',
  },
  ODOO_VERSION_UNSUPPORTED: {
    summary: 'Plimsoll has no SQL pack for this version of Odoo.',
    remedy: 'Supported are 14 to 19; 19 is proven, the others are marked unproven.',
  },
  ODOO_DATABASE_UNREACHABLE: {
    summary: "The environment's PostgreSQL cannot be reached with the read-only role.",
    remedy: 'Run `plimsoll connect ENV` to create or explain the role.',
  },
  ODOO_DATABASE_DENIED: {
    summary: 'The read-only role may not read something that Plimsoll looks at.',
    remedy: 'Run `plimsoll connect ENV` again: an update of Odoo may have made new columns.',
  },
  ODOO_QUERY_FAILED: {
    summary: 'A query of the SQL pack failed in the Odoo database.',
    remedy: 'A module may have changed the table; report it with the version of Odoo and the message.',
  },
  REDIS_UNREACHABLE: {
    summary: "The environment's Redis cannot be reached.",
    remedy: 'Start Redis, or correct `connect.redis.url` of the environment.',
  },
  REDIS_DENIED: {
    summary: "The environment's Redis refuses to tell about itself.",
    remedy: 'Give `connect.redis.url` a user and password that may run `INFO`.',
  },
  SOURCE_UNREADABLE: {
    summary: 'A log, a filestore or the machine itself cannot be read by Plimsoll.',
    remedy: 'Give the user that runs Plimsoll the right to read it, or correct the path in `connect:`.',
  },
  COMMAND_FAILED: {
    summary: 'A program that Plimsoll ran ended with an error.',
    remedy: 'The details carry its last lines of output.',
  },
  PORT_IN_USE: {
    summary: 'Another program already listens on a port that Plimsoll needs.',
    remedy: 'Stop it, or choose another port with the option that the message names.',
  },
  DISK_FULL: {
    summary: 'There is too little free disk space for this step.',
    remedy: 'Free the amount that the message names, or choose another --state directory.',
  },
  NETWORK_UNREACHABLE: {
    summary: 'A package could not be downloaded.',
    remedy: 'Check the network and the package mirror; a re-run continues where it stopped.',
  },
  PLATFORM_UNSUPPORTED: {
    summary: 'This machine can run neither the host platform nor containers.',
    remedy: 'Use Debian 12 as root, or a Docker engine, or point `connect:` at an Odoo that already runs.',
  },
  ENGINE_UNREACHABLE: {
    summary: 'The Docker engine does not answer, or it lacks Compose.',
    remedy: 'Start it, check with `docker info` and `docker compose version`, then run again.',
  },
  IMAGE_UNAVAILABLE: {
    summary: 'A container image could not be pulled.',
    remedy: 'Check the way to the registry (`docker pull` says more), or `docker load` the image from another machine.',
  },
  SERVER_UNREACHABLE: {
    summary: 'The Plimsoll server does not answer.',
    remedy: 'Start it with `plimsoll serve` or `make up`, or name it with PLIMSOLL_SERVER.',
  },
  SIGN_IN_REQUIRED: {
    summary: 'The server wants a token.',
    remedy: 'Create one in the portal or with `plimsoll access token create`, and set PLIMSOLL_TOKEN.',
  },
  PERMISSION_DENIED: {
    summary: 'The token or session does not hold the permission this needs.',
    remedy: 'Ask an administrator for a role that holds it.',
  },
  CONSENT_REQUIRED: {
    summary: 'A command that changes a running system was not agreed to.',
    remedy: 'Read what it will do, then run it again with --yes, or answer the question in a terminal.',
  },
  SECOND_FACTOR_REQUIRED: {
    summary: 'The account has no second factor yet, and nothing else is allowed before it has.',
    remedy: 'Enrol an authenticator app or a passkey, then sign in again.',
  },
  ORIGIN_FOREIGN: {
    summary: 'A change that is proved by a cookie came from another web site.',
    remedy: 'Make changes from the portal itself, or use an API token.',
  },
  REQUEST_INVALID: {
    summary: 'The request does not fit the API contract.',
    remedy: 'The message names the field; /api/v1/openapi.json has the whole contract.',
  },
  REQUEST_TOO_LARGE: {
    summary: 'The body of the request is larger than the server reads.',
    remedy: 'Send less: no request of the API needs more than 256 KiB.',
  },
  RATE_LIMITED: {
    summary: 'Too many attempts in a short time.',
    remedy: 'Wait for the time that the Retry-After header names, then try again.',
  },
  NOT_FOUND: {
    summary: 'There is nothing at that address.',
    remedy: 'Check the name or id; /api/v1/openapi.json lists every address.',
  },
  DEFECT: {
    summary: 'Plimsoll itself has a defect.',
    remedy: "Report it with the lines of the server's log at that time.",
  },
  DEADLINE_EXCEEDED: {
    summary: 'A bounded wait ended before what it waited for.',
    remedy: 'The details say what was awaited and for how long.',
  },
} as const satisfies Readonly<Record<string, { readonly summary: string; readonly remedy: string }>>;

/** A stable code from the catalogue. */
export type FaultCode = keyof typeof faultCatalogue;
