import { defineErrors } from '../base/errors.ts'

/** What can go wrong between a person and a command. */
export const errors = defineErrors('cli', {
  FILE: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (file: string, reason: string) => `${file} cannot be read: ${reason}.`,
    remedy: 'Check the path and the rights; “-” reads from standard input.',
  },
  CONFIG_NOT_THERE: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (file: string) => (/[\\/]/.test(file) ? `There is no ${file}.` : `There is no ${file} here.`),
    remedy:
      'Go to the folder of the configuration, or say where it is with --config, CROSSDOCK_CONFIG or “crossdock lint FILE”.',
  },
  CONFIG: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (file: string, reason: string) => `${file} cannot be loaded: ${reason}.`,
    remedy:
      'Correct that in the file; docs/reference/configuration.md says what comes from which module, and what Node can load.',
  },
  DEMO_PORT: {
    kind: 'conflict',
    status: 409,
    retry: 'after-fix',
    says: (hub: string) => `The simulated systems of this demo run on and expect their hub at ${hub}.`,
    remedy:
      'Start it with that port again: npm start -- --port PORT. Or end them and begin anew: another folder with --data.',
  },
  CONFIG_NO_HUB: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (file: string) => `${file} has no default export made by defineHub.`,
    remedy: 'End the file with: export default defineHub({ … }), with name, systems, lifecycle and process.',
  },
  MAP_NONE: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (file: string) => `${file} exports no map.`,
    remedy: 'Export what map({ … }) or jsonata({ … }) makes: export const shopOrder = map({ … }).',
  },
  CONFIG_INVALID: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (file: string, count: number) =>
      `${file} has ${count === 1 ? 'an error' : `${count} errors`}; nothing was opened.`,
    remedy: 'Correct what is listed; “crossdock lint” looks without opening anything.',
  },
  SECRETS: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (...names: string[]) =>
      names.length === 1 ? `The secret ${names[0]} is not set.` : `The secrets ${names.join(', ')} are not set.`,
    remedy: 'Put it into the environment under its name, or the path of a file with it under its name and _FILE.',
  },
  HUB_UNREACHABLE: {
    kind: 'transient',
    status: 503,
    retry: 'later',
    says: (url: string, reason: string) => `Nobody answers at ${url}: ${reason}.`,
    remedy:
      'Start the hub, or say where it is: with CROSSDOCK_URL, or with the --url of the command (of “send”: --to).',
  },
  KEY_MISSING: {
    kind: 'authority',
    status: 401,
    retry: 'after-fix',
    says: (url: string) => `${url} wants a key, and none is set.`,
    remedy:
      'Put a key into CROSSDOCK_KEY; a demo’s is in .crossdock/demo/operator.key. POST /v1/keys makes one, and the first is made with the set-up token.',
  },
  ANSWER: {
    kind: 'partner',
    status: 502,
    retry: 'later',
    says: (url: string, status: number) => `${url} answered ${status} with what is no JSON object.`,
    remedy: 'Check that this address is a Crossdock hub and not a proxy or another program.',
  },
  LANDSCAPE: {
    kind: 'transient',
    status: 503,
    retry: 'after-fix',
    says: (first: number, last: number) =>
      `The simulated systems did not start; they listen on the ports ${first} to ${last}.`,
    remedy: 'End what listens there, or choose another port for the hub with --port; theirs follow ten later.',
  },
  NO_BENCHES: {
    kind: 'reference',
    status: 404,
    retry: 'never',
    says: () => 'The benches are part of the repository and not of the published package.',
    remedy: 'Clone the repository and run “npm run bench -- NAME” there.',
  },
  FILE_WRITE: {
    kind: 'reference',
    status: 409,
    retry: 'after-fix',
    says: (file: string, reason: string) => `${file} cannot be written: ${reason}.`,
    remedy: 'Check the path and the rights, or name another file with --out.',
  },
  PARTNER_NAME: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (name: string) => `“${name}” is no short name for a partner.`,
    remedy: 'Use small letters, digits and dashes, at most 40: big-box.',
  },
  PARTNER_EXISTS: {
    kind: 'conflict',
    status: 409,
    retry: 'after-fix',
    says: (file: string) => `${file} is there already; it was left as it is.`,
    remedy: 'Choose another file with --out, or write over it with --force.',
  },
  PARTNER_NOT_THERE: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (name: string, config: string) => `${config} has no partner named ${name}.`,
    remedy: 'Add its profile to the partners of the configuration; “crossdock partner new” writes one.',
  },
  BACKUP_WHERE: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: () => 'A backup needs a folder to go to.',
    remedy: 'Name one that does not exist: crossdock backup --to backups/2026-01-05.',
  },
  NO_DATA: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (folder: string) => `There is no database in the data folder ${folder}; nothing was made.`,
    remedy: 'Check --data and CROSSDOCK_DATA; the demo keeps its data in .crossdock/demo: --data .crossdock/demo.',
  },
  DATA_NO_FOLDER: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (path: string) => `${path} is a file, and a data folder was asked for.`,
    remedy: 'Name the folder that holds postgres/ with --data or CROSSDOCK_DATA.',
  },
  ASIDE_EMBEDDED: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: () => 'Only the embedded database can be put aside.',
    remedy: 'Create an empty database on your server and name it with --database-url.',
  },
  ASIDE_RUNNING: {
    kind: 'conflict',
    status: 409,
    retry: 'after-fix',
    says: (folder: string) => `The database in ${folder} runs; it cannot be put aside under a hub.`,
    remedy: 'Stop the hub first.',
  },
  ASSIGN_WHAT: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: () => 'Nothing was said about the case.',
    remedy: 'Say whose it is with --owner NAME, or how urgent with --priority N.',
  },
  CORRECTION: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (text: string, what: 'meaning' | 'mapping') => `“${text}” is no ${what}.`,
    remedy:
      'A meaning: item:HG-77=BOLT, unit:STK=EA or ship-to:9999=0042. A mapping: PO1/3:XX=EA or /lines/[]/status:BRK=damaged.',
  },
  URL: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (url: string) => `“${url}” is no address of a hub.`,
    remedy: 'Write it as http://127.0.0.1:7420, in CROSSDOCK_URL or with the --url of the command (of “send”: --to).',
  },
  PORT: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (name: string, value: string) => `${name} is “${value}”, which is no port.`,
    remedy: 'Give a whole number from 0 to 65535; 0 takes a free one.',
  },
})
