import { defineErrors } from '../base/errors.ts'

/** What can go wrong between the hub and its PostgreSQL. */
export const errors = defineErrors('store', {
  UNREACHABLE: {
    kind: 'transient',
    status: 503,
    retry: 'later',
    says: (what: string) => `The database cannot be reached: ${what}.`,
    remedy: 'Check DATABASE_URL and that PostgreSQL runs; the hub tries again by itself.',
  },
  FAILED: {
    kind: 'transient',
    status: 503,
    retry: 'later',
    says: (what: string) => `The database refused an operation: ${what}.`,
    remedy:
      'Read the message of the database; a full disk, a lock held too long or a missing right are the usual causes.',
  },
  INSTANCE_TAKEN: {
    kind: 'conflict',
    status: 409,
    retry: 'later',
    says: (id: string) => `Another process already runs as instance ${id}.`,
    remedy: 'Give each process its own instance name, or stop the other one.',
  },
  MIGRATION_CHANGED: {
    kind: 'invariant',
    status: 500,
    retry: 'after-fix',
    says: (file: string) => `${file} was changed after it had been applied to this database.`,
    remedy: 'Put the file back as it was released and write the change as a new file with the next number.',
  },
  MIGRATION_GAP: {
    kind: 'invariant',
    status: 500,
    retry: 'after-fix',
    says: (expected: string, found: string) =>
      `The migrations are not in one row: expected ${expected}, found ${found}.`,
    remedy: 'Number the files in sql/ from 0001 without gaps and without repeats.',
  },
  MIGRATION_NEWER: {
    kind: 'invariant',
    status: 500,
    retry: 'after-fix',
    says: (number: number) =>
      `The database was written by a newer release: it has migration ${number}, which this one lacks.`,
    remedy: 'Start the newer release again, or restore a backup from before the update.',
  },
  MIGRATION_FAILED: {
    kind: 'invariant',
    status: 500,
    retry: 'after-fix',
    says: (file: string, reason: string) => `${file} could not be applied: ${reason}. Nothing of it was kept.`,
    remedy: 'Read the reason; when another session held a lock for too long, start again.',
  },
  RESTORE_UNFINISHED: {
    kind: 'invariant',
    status: 500,
    retry: 'after-fix',
    says: () => 'A restore began to fill this database and did not come to its end.',
    remedy: 'Run the same “crossdock restore” again; it begins anew and nothing of the first try is kept.',
  },
  BACKUP_EXISTS: {
    kind: 'conflict',
    status: 409,
    retry: 'after-fix',
    says: (folder: string) => `${folder} is there already; a backup is never written over anything.`,
    remedy: 'Name a folder that does not exist, for example with the date in it.',
  },
  BACKUP_FAILED: {
    kind: 'transient',
    status: 500,
    retry: 'after-fix',
    says: (folder: string, reason: string) =>
      `The backup to ${folder} could not be written: ${reason}. Nothing of it is left.`,
    remedy: 'Look at the space and the rights of the folder above it, and run it again.',
  },
  BACKUP_UNREADABLE: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (folder: string, reason: string) => `${folder} is no backup this release can read: ${reason}.`,
    remedy: 'Name the folder that “crossdock backup” has made; it holds a manifest.json.',
  },
  BACKUP_NOT_THERE: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (folder: string, reason: string) => `There is no backup in ${folder}: ${reason}.`,
    remedy: 'Name the folder that “crossdock backup --to FOLDER” has made; it holds a manifest.json.',
  },
  BACKUP_FAULTY: {
    kind: 'validation',
    status: 422,
    retry: 'never',
    says: (folder: string, faults: string) => `The backup ${folder} is damaged: ${faults}. Nothing was restored.`,
    remedy: 'Take another backup; “crossdock backup verify” says beforehand which are whole.',
  },
  BACKUP_NEWER: {
    kind: 'conflict',
    status: 409,
    retry: 'after-fix',
    says: (file: string) =>
      `The backup was taken by another release: ${file} is not what this one has under that number.`,
    remedy: 'Restore it with the release that took it, or a later one.',
  },
  NOT_EMPTY: {
    kind: 'conflict',
    status: 409,
    retry: 'after-fix',
    says: (tables: number) => `The database has ${tables} tables; a restore goes into an empty one only.`,
    remedy: 'Create a new database and name it, or put the embedded one aside with --aside. Nothing is ever deleted.',
  },
  NOT_A_HUB: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: () => 'There is no hub in this database, or one that was never started with this release.',
    remedy:
      'Check --data (a demo’s is .crossdock/demo) or DATABASE_URL; starting the hub once brings its database up to date.',
  },
  NO_BINARIES: {
    kind: 'reference',
    status: 500,
    retry: 'after-fix',
    says: (platform: string) => `There is no PostgreSQL for ${platform} in this installation.`,
    remedy: 'Install without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own (15 or later).',
  },
  SERVER_FAILED: {
    kind: 'transient',
    status: 500,
    retry: 'after-fix',
    says: (step: string, log: string) => `PostgreSQL did not ${step}: ${log}`,
    remedy:
      'Read postgres.log in the data folder; a full disk, another owner of the folder or too little memory are the usual causes.',
  },
  OTHER_VERSION: {
    kind: 'conflict',
    status: 500,
    retry: 'after-fix',
    says: (folder: string, found: string, ours: string) =>
      `${folder} was written by PostgreSQL ${found}, and this installation brings ${ours}.`,
    remedy:
      'Start the release that wrote it, or move the data with pg_dump and pg_restore to a PostgreSQL of your own.',
  },
  FOREIGN_FOLDER: {
    kind: 'authority',
    status: 500,
    retry: 'after-fix',
    says: (folder: string) => `${folder} belongs to another user of this machine.`,
    remedy: 'Start the hub as the user that owns the data folder, or give CROSSDOCK_DATA another folder.',
  },
})
