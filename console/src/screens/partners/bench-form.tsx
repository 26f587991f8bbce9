import { type FormEvent, useState } from 'react'

/** Bytes of a file as the bench takes them, whatever is in them. */
export function base64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

/** Chooses sample files, of the partner and of ours, and tries them. */
export function BenchForm({ tries }: { readonly tries: (samples: readonly object[]) => Promise<void> }) {
  const [isTrying, setTrying] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const files = new FormData(event.currentTarget).getAll('samples') as File[]
    setTrying(true)
    try {
      await tries(
        await Promise.all(
          files
            .filter(({ size }) => size > 0)
            .map(async (file) => ({
              name: file.name,
              content: base64(new Uint8Array(await file.arrayBuffer())),
              encoding: 'base64',
            })),
        ),
      )
    } finally {
      setTrying(false)
    }
  }
  return (
    <form className="try" onSubmit={(event) => void submit(event)}>
      <label>
        Sample files, theirs and ours
        <input name="samples" type="file" multiple required />
      </label>
      <button type="submit" disabled={isTrying}>
        {isTrying ? 'Trying …' : 'Try them'}
      </button>
    </form>
  )
}
