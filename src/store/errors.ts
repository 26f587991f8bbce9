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
