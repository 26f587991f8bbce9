import type { Duration } from '../base/duration.ts'
import type { Rate } from '../base/rate.ts'
import type { Secret } from '../base/secret.ts'
import type { Connector, FileSource } from '../connectors/contract.ts'
import type { SftpAccount, SftpDoorway } from '../connectors/sftp-doorway/account.ts'
import type { WebhookSignature } from '../connectors/webhook/index.ts'
import type { DocumentType, Expectation, Owing, Relay } from '../documents/document.ts'
import type { FlatFile } from '../documents/flat/flat-file.ts'
import type { AnyMap, FieldMap } from '../documents/map/map.ts'
import type { Quota } from '../governance/quotas.ts'
import type { EdiProfile, SenderRole } from '../intake/settings.ts'
import type { AuthorityProfile } from '../lifecycle/authority.ts'
import type { OrderToCashOptions } from '../process/order-to-cash/options.ts'

/** A participant that can be addressed: an ERP, a warehouse, a shop, a carrier. */
export interface SystemDefinition {
  readonly role: Exclude<SenderRole, 'partner' | 'supplier'>
  /** How it is reached; absent for a system that only sends. */
  readonly connector?: Connector
  /** Most calls to it, of all instances and flows together: `'5 per second'`. Absent: what its connector says. */
  readonly pace?: Rate
  /** The facility a warehouse speaks for. */
  readonly facility?: string
  /** The customer all orders of a shop are sold to; absent: each order says it. */
  readonly customer?: string
  /** The flat files it sends: `ordersFile({…})`, `stockFile({…})`. */
  readonly files?: readonly FlatFile[]
  /** What it sends may come in a ZIP or gzip archive; absent: an archive is refused. */
  readonly archives?: boolean
  /** Between its own JSON and ours. */
  readonly maps?: SystemMaps
  /** How what it sends to `/hooks/{name}` is signed; absent: that doorway is closed to it. */
  readonly signature?: WebhookSignature
}

/** Maps of a system whose JSON is its own. */
export interface SystemMaps {
  /** What makes an order, a report or master data of what it sends; of several the first whose `when` holds. */
  readonly in?: AnyMap | readonly AnyMap[]
  /** By the verb of a request (`order.post`): what it is sent in place of our form. Of our form, and so at once. */
  readonly out?: Readonly<Record<string, FieldMap>>
  /** By the verb of a request: what makes our form of the system's answer to it. */
  readonly answers?: Readonly<Record<string, AnyMap>>
}

/** A trading company that speaks EDI through a mailbox. */
export interface PartnerDefinition {
  /** Short name: the system's name in logs, addresses and events. */
  readonly name: string
  /** For people. */
  readonly title?: string
  /** What the partner is to us, at least one of these. A customer: its number in our ERP. */
  readonly customer?: string
  /** A warehouse that ships for us (a 3PL): its facility. */
  readonly facility?: string
  /** A carrier: its SCAC. */
  readonly carrier?: string
  /** A supplier: its number in our ERP. */
  readonly supplier?: string
  /** How its documents are dropped. */
  readonly reach: Connector
  /**
   * Folder its files are picked up from, below the data folder unless absolute; with a marker or a time of its own
   * `localFolder({ … })`, or one on a server: `sftpFolder({ … })`.
   */
  readonly pickUp?: string | FileSource
  /** Its account at the hub's own SFTP doorway: it uploads what it sends. What it fetches: `reach: sftpOut({ user })`. */
  readonly pushes?: SftpAccount
  /** How what it sends to `/hooks/{name}` is signed; absent: that doorway is closed to it. */
  readonly signature?: WebhookSignature
  /** Documents it expects of us, each by its time: missed ones become cases, and its scorecard counts them. */
  readonly expects?: readonly Expectation[]
  /** Documents of its that are handed on to systems as they are understood: `remittanceAdvice.to('erp')`. */
  readonly relays?: readonly Relay[]
  /** Documents that systems may send to it through `POST /v1/partners/{name}/documents/{type}`: `loadTender`. */
  readonly takes?: readonly Pick<DocumentType, 'name'>[]
  /** Documents it owes us, each as the answer to one of ours: `tenderResponse.within('1h', { after: loadTender })`. */
  readonly owes?: readonly Owing[]
  /** The flat files it sends, beside EDI: `ordersFile({…})`, `stockFile({…})`. */
  readonly files?: readonly FlatFile[]
  /** What it sends may come in a ZIP or gzip archive; absent: an archive is refused. */
  readonly archives?: boolean
  /**
   * What was agreed about X12 or, with `standard: 'edifact'`, about EDIFACT: who we are to each other, versions, separators,
   * acknowledgements.
   */
  readonly speaks: EdiProfile
}

/** The business, stated once. Its keys are the names of the rooms. */
export interface HubDefinition {
  /** Short name of the business: the tenant its data belongs to. */
  readonly name: string
  readonly journal?: { readonly postgres?: Secret }
  readonly systems: Readonly<Record<string, SystemDefinition>>
  readonly partners?: readonly PartnerDefinition[]
  /** The hub's own SFTP doorway, for partners that push (`pushes`). */
  readonly sftp?: SftpDoorway
  readonly lifecycle: { readonly authority: AuthorityProfile; readonly patience?: Duration }
  readonly process: readonly [ProcessDefinition]
  readonly delivery?: {
    readonly retry?: { readonly first?: Duration; readonly longest?: Duration; readonly parkAfter?: Duration }
  }
  /**
   * Who may send how much: by the name of a system, a partner, or a key that belongs to neither. What comes without a key, by `/hooks`
   * and `/as2`, has the same once more.
   */
  readonly governance?: { readonly quotas?: Readonly<Record<string, Quota>> }
  readonly cases?: { readonly owners?: Readonly<Record<string, string>> }
}

/** The order-to-cash process as the configuration states it; the authority profile is the hub's own. */
export function orderToCash(options: ProcessDefinition['options']): ProcessDefinition {
  return { name: 'order-to-cash', options }
}

/** A process as the configuration names it. */
export interface ProcessDefinition {
  readonly name: 'order-to-cash'
  readonly options: Omit<OrderToCashOptions, 'authority'>
}

/**
 * States what a business runs on, whom it trades with and what should happen.
 *
 * @example
 * export default defineHub({
 *   name: 'acme-supply',
 *   systems: { erp: { role: 'erp', connector: http({ url: 'https://erp.acme.example' }) } },
 *   lifecycle: { authority: delegatedToCrossdock({ erp: 'erp', warehouses: { DC1: 'wms-east' } }) },
 *   process: [orderToCash({ erp: 'erp', warehouses: [{ facility: 'DC1', system: 'wms-east' }] })],
 * })
 */
export function defineHub(definition: HubDefinition): HubDefinition {
  return definition
}

/**
 * States a trading partner: who it is, how it is reached, what it speaks.
 *
 * @example
 * definePartner({
 *   name: 'kontor',
 *   customer: 'KONTOR',
 *   reach: folder({ outbox: 'partners/kontor/to', taken: 'partners/kontor/to/done' }),
 *   speaks: { standard: 'edifact', ours: '4012345000016:14', theirs: '4098765000010:14', version: 'D.96A' },
 * })
 */
export function definePartner(definition: PartnerDefinition): PartnerDefinition {
  return definition
}
