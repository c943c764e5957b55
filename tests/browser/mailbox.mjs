// The mails that the platform's catcher holds, read as a person reads a mailbox.

/** Where the catcher shows what it got: tests/run starts it and says so. */
const page = process.env.ATLAS_MAIL_PAGE?.replace(/\/$/, '')

/** Without it there is no mailbox to look into. */
export const hasMailbox = Boolean(page)

/** A text with plain spaces: French has some that do not break. */
export function plain(text) {
  return text.replaceAll(/[\u00a0\u202f]/g, ' ')
}

/** Mails to an address, oldest first. */
export async function mailsTo(address) {
  const answer = await fetch(`${page}/email`)
  if (!answer.ok) throw new Error(`the mail catcher answers ${answer.status}`)
  const mails = await answer.json()
  const own = mails.filter(({ to }) => to?.some((one) => one.address.toLowerCase() === address.toLowerCase()))
  return own.map((mail) => ({ ...mail, subject: plain(mail.subject), text: plain(mail.text) }))
}

/** The newest of at least so many mails to an address; waits for it, a minute at most. */
export function mailTo(address, count = 1) {
  return awaited(address, `${count} mails`, (mails) => (mails.length >= count ? mails.at(-1) : undefined))
}

/** The newest mail to an address whose subject says this; waits for it, a minute at most. */
export function mailAbout(address, subject) {
  return awaited(address, `a mail « ${subject} »`, (mails) => mails.findLast((mail) => mail.subject.includes(subject)))
}

async function awaited(address, what, find) {
  const until = Date.now() + 60_000
  for (;;) {
    const mails = await mailsTo(address)
    const found = find(mails)
    if (found) return found
    if (Date.now() > until) throw new Error(`${address} did not get ${what}, but: ${mails.map((mail) => mail.subject).join(' | ')}`)
    await new Promise((resolve) => { setTimeout(resolve, 200) })
  }
}

/** The six digits in a mail. */
export function codeIn(mail) {
  const found = /(?<![\w-])(\d{3})[ \u00a0\u202f]?(\d{3})(?![\w-])/.exec(mail.text)
  if (!found) throw new Error(`no code in: ${mail.text}`)
  return found[1] + found[2]
}

/** The code that came to an official address, or a circular's. */
export function longCodeIn(mail) {
  const found = /(?<![\w-])[0-9A-Z]{4}(?:-[0-9A-Z]{4}){1,2}(?![\w-])/.exec(mail.text)
  if (!found) throw new Error(`no code in: ${mail.text}`)
  return found[0]
}

/** The path of the link in a mail. */
export function linkIn(mail) {
  const found = /\/(?:en\/)?(?:compte\/lien|invitations)\/[\w-]+/.exec(mail.text)
  if (!found) throw new Error(`no link in: ${mail.text}`)
  return found[0]
}
