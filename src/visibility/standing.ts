import type { OrderFacts } from '../lifecycle/events.ts'
import { orderTable } from '../lifecycle/order.ts'
import { orderFacts, orderFactsTable } from '../lifecycle/order-facts.ts'
import { loadOrder, type OrderState } from '../lifecycle/order-state.ts'
import type { Row, Store } from '../store/contract.ts'
import type { OrderNews } from './news.ts'
import { type Before, mayChangeValue } from './order-view.ts'
import type { Views } from './views.ts'

/** How an order stands now, its facts where its value may have changed, and what was shown of it before. */
export interface Standing {
  readonly order: OrderState
  readonly facts?: OrderFacts | undefined
  readonly before?: Before | undefined
}

/** Where orders are looked up: their own rows, which are never older than the news. In the order of the news. */
export type StandingOf = (news: readonly OrderNews[]) => Promise<(Standing | undefined)[]>

/** Looks orders up through the store's port. */
export function standingFromStore(store: Pick<Store, 'loadRows'>, views: Views): StandingOf {
  return async (news) => {
    const valued = news.filter(mayChangeValue)
    const [rows, before, facts] = await Promise.all([
      store.loadRows(orderTable, news),
      views.orders(news),
      store.loadRows(orderFactsTable, valued),
    ])
    const factsOf = new Map(valued.map(({ subject }, at) => [subject, loadFacts(subject, facts[at])]))
    return news.map(({ subject }, at) => {
      const row = rows[at]
      if (!row) return undefined
      return { order: loadOrder(subject, row.slice(2)), facts: factsOf.get(subject), before: before[at] }
    })
  }
}

function loadFacts(subject: string, row: Row | undefined): OrderFacts | undefined {
  return row && orderFacts.load(subject, row.slice(2)).facts
}
