/** What an environment keeps: the live classes, which are best apart, and those that belong into object storage. */
export const storedData = ['database', 'filestore', 'logs', 'attachments', 'exports', 'archives', 'backups'] as const;
export type StoredData = (typeof storedData)[number];

export const storageClasses = ['object-storage', 'standard-volume', 'premium-volume', 'local-volume'] as const;
export type StorageClass = (typeof storageClasses)[number];

/** Where one kind of data is kept. */
export interface DeclaredStorage {
  readonly class: StorageClass;
  /** The volume or bucket by its name: the same name is the same one. */
  readonly volume?: string | undefined;
  /** Whether a bucket keeps what is overwritten or deleted in it; `undefined` where nobody says. */
  readonly versioned?: boolean | undefined;
}

export type Storage = Readonly<Partial<Record<StoredData, DeclaredStorage | undefined>>>;
