import { type FormEvent, useEffect, useRef } from 'react'
import { go, ordersPath } from '../router.tsx'

/** Finds orders by any name they have. `/` puts the cursor here. */
export function SearchBox({ asked }: { readonly asked: string }) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea, select')
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      field.current?.focus()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])

  const search = (event: FormEvent) => {
    event.preventDefault()
    go(ordersPath({ q: field.current?.value.trim() }))
  }
  return (
    <search className="search">
      <form onSubmit={search}>
        <input
          ref={field}
          type="search"
          name="q"
          defaultValue={asked}
          maxLength={100}
          aria-label="Search orders by order, PO, shipment, tracking, carton or invoice number"
          aria-keyshortcuts="/"
          placeholder="Order, PO, shipment, tracking, invoice"
          autoComplete="off"
          spellCheck={false}
        />
        <span className="key" aria-hidden="true">
          /
        </span>
      </form>
    </search>
  )
}
