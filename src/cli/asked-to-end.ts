/** One Ctrl-C may come twice: from the terminal, and from the Node that handed over to this one. */
const ECHO_MS = 1_000

/** Resolves at the first SIGINT or SIGTERM. One that comes a second or more later ends the process at once. */
export function askedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      resolve()
      setTimeout(() => {
        process.off('SIGINT', end)
        process.off('SIGTERM', end)
      }, ECHO_MS).unref()
    }
    process.on('SIGINT', end)
    process.on('SIGTERM', end)
  })
}
