/** What Odoo 19 needs from Debian 12, without the package itself: it runs on the stable release's own Python. */
const odooRuntime = `
  python3 python3-asn1crypto python3-babel python3-cbor2 python3-chardet python3-cryptography python3-dateutil
  python3-decorator python3-docutils python3-freezegun python3-geoip2 python3-gevent python3-greenlet python3-idna
  python3-jinja2 python3-ldap python3-libsass python3-lxml python3-magic python3-markupsafe python3-num2words
  python3-ofxparse python3-openpyxl python3-openssl python3-passlib python3-pil python3-pkg-resources python3-polib
  python3-psutil python3-psycopg2 python3-pypdf python3-qrcode python3-reportlab python3-requests python3-rjsmin
  python3-serial python3-stdnum python3-tz python3-urllib3 python3-usb python3-vobject python3-werkzeug python3-xlrd
  python3-xlsxwriter python3-xlwt python3-zeep
  fonts-dejavu-core fonts-font-awesome fonts-glyphicons-halflings fonts-inconsolata fonts-ocr-b
  fonts-roboto-unhinted gsfonts libjs-jquery libjs-jquery-form libjs-underscore
`;

/** PostgreSQL of the release; its contrib modules, `pg_stat_statements` among them, are part of the server package. pgBackRest archives its log. */
const database = 'postgresql-15 postgresql-client-15 pgbackrest';

/** Tools the bring-up itself runs; a minimal Debian may lack them. */
const tools = 'ca-certificates passwd tar xz-utils';

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** The Debian packages that an environment on platform `host` needs, in a stable order. */
export const hostPackages: readonly string[] = [...words(tools), ...words(database), ...words(odooRuntime)];

/** The browser that the portal's tests drive. */
export const browserPackages: readonly string[] = ['chromium'];

/** Prometheus with `promtool`, and `amtool`: tests hold our metrics, rules and verdicts against them. */
export const metricsToolPackages: readonly string[] = ['prometheus', 'prometheus-alertmanager'];

/** The Redis that the observer's tests ask. */
export const redisPackages: readonly string[] = ['redis-server'];

/** The package that holds Odoo itself: architecture-independent, and only in Debian's unstable release. */
export const odooPackage = { name: 'odoo-19', suite: 'sid', series: '19.0' } as const;

/** Other people's programs that a backup repository is held against, and what the S3 server of the tests needs. */
export const repositoryToolPackages: readonly string[] = words(
  'age openssl restic zstd python3-flask python3-flask-cors python3-boto3 python3-responses python3-xmltodict',
);

/** What gives a process of the tests a clock of its own. */
export const falseClockPackages: readonly string[] = ['faketime', 'libfaketime'];

/** The S3 server of the tests; the stable release has none. */
export const objectServerPackage = { name: 'python3-moto', suite: 'trixie' } as const;
