/** Where the reader is, as the address says it: every filter is in the address, so every view can be sent to someone. */
import { type MouseEvent, type ReactNode, useMemo, useSyncExternalStore } from 'react'

export interface Place {
  readonly path: string
  readonly query: URLSearchParams
}

const MOVED = 'crossdock:moved'

function subscribe(moved: () => void): () => void {
  addEventListener('popstate', moved)
  addEventListener(MOVED, moved)
  return () => {
    removeEventListener('popstate', moved)
    removeEventListener(MOVED, moved)
  }
}

const here = (): string => location.pathname + location.search

export function usePlace(): Place {
  const address = useSyncExternalStore(subscribe, here)
  return useMemo(() => {
    const { pathname, searchParams } = new URL(address, location.origin)
    return { path: pathname, query: searchParams }
  }, [address])
}

/** Goes to an address of this console. `replace` leaves no step back. */
export function go(to: string, { replace = false } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', to)
  dispatchEvent(new Event(MOVED))
  if (!replace) scrollTo(0, 0)
}

interface LinkProps {
  readonly to: string
  readonly children: ReactNode
  readonly className?: string
  readonly current?: boolean
  readonly title?: string
}

/** A link inside the console. It stays a real link: it can be opened in a new tab and read out. */
export function Link({ to, children, className, current, title }: LinkProps) {
  const follow = (event: MouseEvent) => {
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (!isPlain) return
    event.preventDefault()
    go(to)
  }
  return (
    <a href={to} className={className} title={title} onClick={follow} aria-current={current ? 'page' : undefined}>
      {children}
    </a>
  )
}

export const orderPath = (key: string): string => `/orders/${encodeURIComponent(key)}`

/** The address of the list of orders with some filters; absent and empty ones are left out. */
export function ordersPath(filters: Readonly<Record<string, string | undefined>> = {}): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value)
  const text = query.toString()
  return text ? `/orders?${text}` : '/orders'
}
