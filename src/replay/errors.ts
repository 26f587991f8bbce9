import { defineErrors } from '../base/errors.ts'

export const errors = defineErrors('replay', {
  UNKNOWN: {
    kind: 'reference',
    status: 404,
    retry: 'never',
    says: (id: string) => `There is no replay ${id}.`,
    remedy: 'List the replays with GET /v1/replays.',
  },
  STATE: {
    kind: 'state',
    status: 409,
    retry: 'never',
    says: (id: string, state: string, act: string) => `Replay ${id} is ${state}; it cannot be asked to ${act}.`,
    remedy: 'GET /v1/replays/{id} says how it stands. A finished or cancelled replay is over: make a new one.',
  },
  OTHER_ORDERS: {
    kind: 'conflict',
    status: 409,
    retry: 'never',
    says: (id: string, state: string) =>
      `Replay ${id} was started before, with other targets or classes, and is ${state} now.`,
    remedy: 'Make a new replay for the rest once this one is over; cancel it if you do not want to wait.',
  },
  KEY_REUSED: {
    kind: 'conflict',
    status: 422,
    retry: 'never',
    says: (key: string) => `The key ${key} made another replay before.`,
    remedy: 'Send a new Idempotency-Key for another selection.',
  },
  UNKNOWN_SYSTEM: {
    kind: 'reference',
    status: 422,
    retry: 'after-fix',
    says: (names: string, known: string) => `There is no system ${names}; requests go to ${known}.`,
    remedy: 'Name systems and partners as the configuration does.',
  },
  NOTHING_CHOSEN: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: () => 'The selection would choose everything there ever was.',
    remedy: 'Say at least one of from, until, targets, verbs, keys, orders, customers, partners, case, states.',
  },
  NOT_FOUND: {
    kind: 'reference',
    status: 422,
    retry: 'after-fix',
    says: (what: string) => `Nothing is known by ${what}.`,
    remedy: 'Give an order by its id, purchase order, ERP number, shipment or invoice; a case by its id.',
  },
  NOT_INCLUDABLE: {
    kind: 'authority',
    status: 422,
    retry: 'never',
    says: (forecast: string) => `What is forecast as “${forecast}” cannot be sent under its own key.`,
    remedy: 'Leave it out; or ask for a new effect under a new key with "reissue": true, which needs its own scope.',
  },
  NOTHING_ASKED: {
    kind: 'state',
    status: 409,
    retry: 'after-fix',
    says: (id: string, include: string, forecast: string) =>
      `Nothing would be sent: of the requests of ${id} none that was asked for is forecast as ${include}. It has ${forecast}, and stays ready.`,
    remedy:
      'Include what it has, if it is meant to be repeated: --include "already done" (over HTTP include: ["already done"]). Or cancel it.',
  },
  REISSUE_SCOPE: {
    kind: 'authority',
    status: 403,
    retry: 'never',
    says: () => 'A new effect under a new key needs the scope replays:reissue.',
    remedy: 'Use a key that carries it, or start without reissue: nothing will then take effect twice.',
  },
})
