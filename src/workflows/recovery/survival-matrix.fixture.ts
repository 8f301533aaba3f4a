/** Where something is cut off: the columns of the table. */
export const places = [
  'dump',
  'physical backup',
  'check',
  'drill',
  'restore to new, clone',
  'restore in place',
  'copy',
] as const;

/** The beginning of a calamity, as it stands in its row; what never takes part there is `'–'`. */
type Cell = readonly string[] | '–';

const k9 = '`kill -9` of';
const drilled = `${k9} what a drill restores into`;
const restored = `${k9} a restore to a new environment`;
const looked = `${k9} pgBackRest, or of a worker`;
const checked = `${k9} a check of a backup`;
const copied = `${k9} a copy of a physical backup`;
const full = 'the disk is full on which';
const clock = 'a clock jumps';
const locked = 'an object lock is written';
const set = 'the clock is set while';
const readFrom = 'the network to the bucket is lost, at any request of a check';

/** What is cut off, where: a restore in place is made as one to a new environment is, until the two are exchanged. */
export const cuts: readonly { readonly what: string; readonly cells: readonly Cell[] }[] = [
  {
    what: '`kill -9` of Plimsoll',
    cells: [
      [`${k9} whoever takes a backup`],
      [`${k9} whoever watches pgBackRest`],
      [checked],
      [`${k9} a drill`],
      [restored, `${k9} whoever starts`],
      [`${k9} a restore in place`],
      [copied],
    ],
  },
  {
    what: '`kill -9` of its tool',
    cells: [
      [`${k9} \`pg_dump\``],
      [`${k9} pgBackRest in the middle`],
      [checked, looked],
      [drilled, looked],
      [restored],
      [restored],
      [copied],
    ],
  },
  {
    what: '`kill -9` of PostgreSQL',
    cells: [
      [`${k9} PostgreSQL during the dump`],
      [`${k9} PostgreSQL in the middle of a physical`],
      '–',
      [drilled],
      [drilled],
      [drilled],
      '–',
    ],
  },
  {
    what: 'the network',
    cells: [
      ['the network to the bucket is lost, at any request of a backup', 'the bucket throttles'],
      ['the repository of a physical backup is away'],
      [readFrom],
      [readFrom],
      ['the network to the bucket is lost while a restore'],
      ['the network to the bucket is lost while a restore'],
      ['the network to the bucket is lost, at any request of a copy'],
    ],
  },
  {
    what: 'a full disk',
    cells: [
      ['the disk under the repository is full', 'the disk under the spool is full'],
      ['the disk is full that pgBackRest'],
      ['the disk under the spool is full'],
      [full],
      [full],
      [full],
      ['the disk under the repository is full', 'the disk is full that pgBackRest'],
    ],
  },
  {
    what: 'a clock that jumps',
    cells: [[clock, locked], [clock], [clock], [clock, set], [set], [set], [clock, locked]],
  },
  {
    what: 'two at once',
    cells: [
      ['two controllers start a backup'],
      [`${k9} whoever watches pgBackRest`],
      '–',
      ['two controllers on one machine plan a drill'],
      '–',
      '–',
      ['two copies of one environment'],
    ],
  },
];
