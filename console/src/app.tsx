import { useEffect, useRef } from 'react'
import { SearchBox } from './parts/search-box.tsx'
import { go, Link, ordersPath, usePlace } from './router.tsx'
import { CaseScreen } from './screens/cases/case-screen.tsx'
import { CasesScreen } from './screens/cases/cases-screen.tsx'
import { PartnerScreen } from './screens/partners/partner-screen.tsx'
import { PartnersScreen } from './screens/partners/partners-screen.tsx'
import { OrderScreen } from './screens/visibility/order-screen.tsx'
import { OrdersScreen } from './screens/visibility/orders-screen.tsx'

/** The console: a bar that stays, and the screen that the address names. */
export function App() {
  const { path, query } = usePlace()
  const main = useFocusOnArrival(path)
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="bar">
        <Link to={ordersPath()} className="brand">
          <Mark />
          Crossdock
        </Link>
        <nav aria-label="Screens">
          <Link to={ordersPath()} current={path.startsWith('/orders')}>
            Orders
          </Link>
          <Link to="/cases" current={path.startsWith('/cases')}>
            Cases
          </Link>
          <Link to="/partners" current={path.startsWith('/partners')}>
            Partners
          </Link>
        </nav>
        <SearchBox key={query.get('q')} asked={query.get('q') ?? ''} />
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <Screen path={path} query={query} />
      </main>
    </>
  )
}

/** A keyboard or a screen reader goes on at the new screen, not at the link that led there. */
function useFocusOnArrival(path: string) {
  const main = useRef<HTMLElement>(null)
  const last = useRef(path)
  useEffect(() => {
    if (last.current !== path) main.current?.focus({ preventScroll: true })
    last.current = path
  }, [path])
  return main
}

function Screen({ path, query }: { readonly path: string; readonly query: URLSearchParams }) {
  const order = /^\/orders\/([^/]+)$/.exec(path)?.[1]
  const isHome = path === '/'
  useEffect(() => {
    if (isHome) go(ordersPath(), { replace: true })
  }, [isHome])
  if (order) return <OrderScreen key={order} id={decodeURIComponent(order)} query={query} />
  const one = /^\/cases\/([^/]+)$/.exec(path)?.[1]
  if (one) return <CaseScreen key={one} id={decodeURIComponent(one)} query={query} />
  const partner = /^\/partners\/([^/]+)$/.exec(path)?.[1]
  if (partner) return <PartnerScreen key={partner} name={decodeURIComponent(partner)} />
  if (path === '/partners') return <PartnersScreen />
  if (path === '/cases') return <CasesScreen query={query} />
  if (path === '/orders' || isHome) return <OrdersScreen query={query} />
  return (
    <section className="notice">
      <h1>There is no such page</h1>
      <p>
        <Link to={ordersPath()}>All orders</Link>
      </p>
    </section>
  )
}

function Mark() {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" className="mark-ground" />
      <path d="M6 12h13m-5-5 5 5-5 5M26 20H13m5-5-5 5 5 5" className="mark-lines" />
    </svg>
  )
}
