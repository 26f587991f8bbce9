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

export interface Going {
  /** Leaves no step back. */
  readonly replace?: boolean
  /** Begins at the top even where only a filter changes. */
  readonly fromTop?: boolean
}

/** Goes to an address of this console; another screen begins at the top, another filter leaves the reader where they are. */
export function go(to: string, { replace = false, fromTop = false }: Going = {}): void {
  const before = location.pathname
  history[replace ? 'replaceState' : 'pushState'](null, '', to)
  dispatchEvent(new Event(MOVED))
  if (fromTop || location.pathname !== before) scrollTo(0, 0)
}

interface LinkProps {
  readonly to: string
  readonly children: ReactNode
  readonly className?: string
  readonly current?: boolean
  readonly fromTop?: boolean
}

/** A link inside the console. It stays a real link: it can be opened in a new tab and read out. */
export function Link({ to, children, className, current, fromTop = false }: LinkProps) {
  const follow = (event: MouseEvent) => {
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (!isPlain) return
    event.preventDefault()
    go(to, { fromTop })
  }
  return (
    <a href={to} className={className} onClick={follow} aria-current={current ? 'page' : undefined}>
      {children}
    </a>
  )
}

export const orderPath = (key: string): string => `/orders/${encodeURIComponent(key)}`

export const casePath = (id: string): string => `/cases/${encodeURIComponent(id)}`

export const partnerPath = (name: string): string => `/partners/${encodeURIComponent(name)}`

/** The address of the list of orders with some filters; absent and empty ones are left out. */
export function ordersPath(filters: Readonly<Record<string, string | undefined>> = {}): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value)
  const text = query.toString()
  return text ? `/orders?${text}` : '/orders'
}
