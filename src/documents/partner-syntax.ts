/**
 * What a partner does differently in X12, where the standard leaves room. Everything has a default,
 * so `{}` is a partner who does as most do.
 */
export interface PartnerSyntax {
  /** Currency of documents that name none. Default `USD`. */
  readonly currency?: string
  /** The partner's own unit codes and what we call them: `{ STK: 'EA' }`. */
  readonly units?: Readonly<Record<string, string>>
  /** Qualifier under which our item number travels (X12 235). Default `VN`. */
  readonly vendorQualifier?: string
  /** How far a stated total may be from what the parts add up to. Default `0.01`. */
  readonly totalTolerance?: string
  /** Whether charges after an invoice's total add to it, or only repeat those of the lines. Default `add`. */
  readonly summaryCharges?: 'add' | 'repeat'
  /** W0501 for a new, a replacing and a cancelling warehouse order. Default N, R, F. */
  readonly warehouseOrderStatus?: { readonly new: string; readonly replace: string; readonly cancel: string }
  /** What the partner's own codes for an adjustment of stock (X12 181) mean; the usual ones are known. */
  readonly adjustmentReasons?: Readonly<Record<string, AdjustmentMeaning>>
  /** What the carrier's own codes for a status (X12 1650) mean; the usual ones are known. */
  readonly milestones?: Readonly<Record<string, MilestoneWord>>
  /** Cut text that is too long for its element, between characters. Without it such a document is refused. */
  readonly cutText?: boolean
}

/** Why stock was adjusted; a change of status is a move between two statuses, and its sum is zero. */
export interface AdjustmentMeaning {
  readonly reason: 'count' | 'damage' | 'expiry' | 'theft' | 'found' | 'conversion' | 'sample' | 'status' | 'other'
  readonly from?: StockStatus
  readonly to?: StockStatus
}

/** What stock is good for; only `available` can be promised. */
export const STOCK_STATUSES = [
  'available',
  'inspection',
  'hold',
  'damaged',
  'expired',
  'suspect',
  'return-pending',
] as const
type StockStatus = (typeof STOCK_STATUSES)[number]

/** What can become of a shipment on the road. */
export const MILESTONES = [
  'acknowledged',
  'arrived_at_pickup',
  'departed_pickup',
  'in_transit',
  'arrived_at_terminal',
  'departed_terminal',
  'out_for_delivery',
  'arrived_at_delivery',
  'delivery_attempted',
  'delivered',
  'departed_delivery',
  'refused',
  'returned',
  'lost',
  'delayed',
  'cancelled',
  'delivery_expected',
  'pickup_appointment',
  'delivery_appointment',
  'other',
] as const
export type MilestoneWord = (typeof MILESTONES)[number]
